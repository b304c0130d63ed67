import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { inTransaction } from '@cda/platform/database/transaction.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import { identityProjection } from '@cda/platform/events/identity.ts';
import { identityTables, identityTablesSql, mostAnonymousIds } from '@cda/platform/events/identity-tables.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createProjector, type Projector } from '@cda/platform/events/projector.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../postgres-fixture.ts';
import { emptyShop, testSecret } from '../../system-template.ts';
import { canonicalKeys, type Sayings } from './identity-oracle.ts';

// The subgraph that keeps no customers of its own lends its schema.
const schema = 'products';

interface Shop extends AsyncDisposable {
  admin: Pool;
  db: Pool;
  projector: Projector;
  send(...events: IncomingEvent[]): Promise<void>;
  state(merges: readonly [id: string, from: string, into: string][], undone?: boolean): Promise<void>;
  /** `key → canonical key` of everybody who stands for another. */
  answers(): Promise<Map<string, string>>;
  /** Every row of every table of the projection. */
  tables(): Promise<string[][]>;
}

async function openShop(batchSize = 50_000): Promise<Shop> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createTestDatabase(emptyShop));
  const pool = (url: string): Pool =>
    opening.adopt(createPool(url, { name: 'test', statementTimeoutMs: 0 }), (open) => open.end());
  const urlOf = (name: 'analytics' | 'users' | 'products'): string => roleUrl(database.url, testSecret, `cda_${name}`);
  const admin = pool(database.url);
  const ingest = pool(urlOf('analytics'));
  const users = pool(urlOf('users'));
  const db = pool(urlOf(schema));
  await db.query(identityTablesSql(schema));
  const projector = opening.use(
    createProjector({
      subgraph: schema,
      projections: [identityProjection(schema)],
      pool: db,
      databaseUrl: urlOf(schema),
      log: silentLog,
      batchSize,
    }),
  );
  const open = opening.move();
  return {
    admin,
    db,
    projector,
    send: async (...events) => {
      for (let from = 0; from < events.length; from += 2_000) {
        await acceptEvents(ingest, events.slice(from, from + 2_000), {
          source: 'test',
          currency: 'EUR',
          mayChangeCatalogue: true,
        });
      }
    },
    state: async (merges, undone = false) => {
      await users.query('SELECT events.state_merges($1, $2, $3, $4, $5)', [
        merges.map(([id]) => id),
        merges.map(([, from]) => from),
        merges.map(([, , into]) => into),
        undone,
        'test',
      ]);
    },
    answers: async () => {
      const { rows } = await db.query<{ customer_key: string; canonical_key: string }>(
        `SELECT customer_key, canonical_key FROM ${schema}.identity`,
      );
      return new Map(rows.map((row) => [row.customer_key, row.canonical_key]));
    },
    tables: async () => {
      const all: string[][] = [];
      for (const table of identityTables(schema)) {
        const { rows } = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
        all.push(rows.map(({ row }) => row));
      }
      return all;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
let number = 0;
const seen = (userId: string, anonymousId: string, minute = 0): IncomingEvent => ({
  type: 'page',
  messageId: `m${number++}`,
  userId,
  anonymousId,
  originalTimestamp: at(minute),
});

describe('who is who', () => {
  test('an anonymous id belongs to the one user that it was seen with, or that an alias names', async () => {
    await using shop = await openShop();
    await shop.send(seen('ann', 'phone'), {
      type: 'alias',
      messageId: 'alias',
      userId: 'bob',
      previousId: 'laptop',
    });
    await shop.projector.catchUp();
    expect(Object.fromEntries(await shop.answers())).toEqual({ 'a:phone': 'u:ann', 'a:laptop': 'u:bob' });
  });

  test('an anonymous id that was seen with two users belongs to neither from then on', async () => {
    await using shop = await openShop();
    await shop.send(seen('ann', 'kiosk', 5), seen('ann', 'phone'));
    await shop.projector.catchUp();
    expect((await shop.answers()).get('a:kiosk')).toBe('u:ann');
    await shop.send(seen('bob', 'kiosk', 1), seen('ann', 'kiosk', 9));
    await shop.projector.catchUp();
    expect(Object.fromEntries(await shop.answers())).toEqual({ 'a:phone': 'u:ann' });
  });

  test('placeholders tie nobody together, in whichever case and place they come', async () => {
    await using shop = await openShop();
    await shop.send(
      ...['null', 'NULL', '0', '0000-0000', '-1', 'anonymous', 'Undefined', '', '---'].map((id) => seen('ann', id)),
      ...['null', '000', '-1'].map(
        (previousId, i): IncomingEvent => ({
          type: 'alias',
          messageId: `p${i}`,
          userId: 'ann',
          previousId,
        }),
      ),
      { type: 'page', messageId: 'placeholder user', userId: 'null', anonymousId: 'phone' },
    );
    await shop.projector.catchUp();
    expect((await shop.answers()).size).toBe(0);
    expect((await shop.tables()).flat()).toEqual([]);
  });

  test('a user has the five anonymous ids that were seen first, also when an earlier time comes late', async () => {
    await using shop = await openShop();
    const ids = Array.from({ length: 8 }, (_, i) => `d${i}`);
    await shop.send(...ids.map((id, i) => seen('ann', id, 10 + i)));
    await shop.projector.catchUp();
    expect([...(await shop.answers()).keys()].sort()).toEqual(['a:d0', 'a:d1', 'a:d2', 'a:d3', 'a:d4']);
    await shop.send(seen('ann', 'd7', 1));
    await shop.projector.catchUp();
    expect([...(await shop.answers()).keys()].sort()).toEqual(['a:d0', 'a:d1', 'a:d2', 'a:d3', 'a:d7']);
  });

  test('senders cannot merge customers by sending what the graph writes', async () => {
    await using shop = await openShop();
    const forged = { merge_id: 'x', from: 'u:ann', into: 'u:bob' };
    await shop.send(
      { type: 'track', event: 'Customers Merged', messageId: 'x1', userId: 'ann', properties: forged },
      { type: 'track', event: 'Customers Merged', messageId: 'x2', anonymousId: 'i:u:ann', properties: forged },
    );
    await shop.projector.catchUp();
    expect((await shop.answers()).size).toBe(0);
  });
});

describe('merges', () => {
  test('win over what was seen, take anonymous ids along, and leave no trace once they are undone', async () => {
    await using shop = await openShop();
    await shop.send(seen('ann', 'phone'), seen('bob', 'laptop'), seen('eve', 'tablet'), seen('ann', 'kiosk'));
    await shop.send(seen('bob', 'kiosk'));
    await shop.projector.catchUp();
    const before = Object.fromEntries(await shop.answers());
    await shop.state([
      ['1', 'u:ann', 'u:bob'],
      ['2', 'u:bob', 'u:eve'],
      ['3', 'a:tablet', 'u:ann'],
      ['4', 'a:kiosk', 'u:bob'],
    ]);
    await shop.projector.catchUp();
    const eve = Object.fromEntries(
      ['u:ann', 'u:bob', 'a:phone', 'a:laptop', 'a:tablet', 'a:kiosk'].map((key) => [key, 'u:eve']),
    );
    expect(Object.fromEntries(await shop.answers())).toEqual(eve);
    await shop.state([['2', 'u:bob', 'u:eve']], true);
    await shop.projector.catchUp();
    expect(Object.fromEntries(await shop.answers())).toEqual({
      'u:ann': 'u:bob',
      'a:phone': 'u:bob',
      'a:laptop': 'u:bob',
      'a:tablet': 'u:bob',
      'a:kiosk': 'u:bob',
    });
    await shop.state(
      [
        ['1', 'u:ann', 'u:bob'],
        ['3', 'a:tablet', 'u:ann'],
        ['4', 'a:kiosk', 'u:bob'],
      ],
      true,
    );
    await shop.projector.catchUp();
    expect(Object.fromEntries(await shop.answers())).toEqual(before);
  });

  test('that go in a circle, into themselves, or into two customers at once make one customer', async () => {
    await using shop = await openShop();
    await shop.state([
      ['1', 'u:c', 'u:b'],
      ['2', 'u:b', 'u:a'],
      ['3', 'u:a', 'u:c'],
      ['4', 'u:x', 'u:x'],
      ['5', 'a:m', 'u:p'],
      ['6', 'a:m', 'a:n'],
    ]);
    await shop.projector.catchUp();
    expect(Object.fromEntries(await shop.answers())).toEqual({
      'u:b': 'u:a',
      'u:c': 'u:a',
      'a:m': 'u:p',
      'a:n': 'u:p',
    });
  });

  test('do not move the clock of a shop whose data is historical', async () => {
    await using shop = await openShop();
    await shop.send({ ...seen('ann', 'phone'), originalTimestamp: '2011-12-09T12:00:00Z' });
    await shop.state([['1', 'u:ann', 'u:bob']]);
    const { rows } = await shop.db.query<{ at: Date }>('SELECT events.as_of() AS at');
    expect(rows[0]!.at.toISOString()).toBe('2011-12-09T12:00:00.000Z');
  });

  test('of keys that are no customers are refused', async () => {
    await using shop = await openShop();
    for (const key of ['p:tea', 'i:u:ann', 'ann', 'u:', '']) {
      await expect(shop.state([['1', key, 'u:bob']])).rejects.toThrow(/no customer/);
    }
  });
});

/** Edges and merges of few keys about few moments, so that everything collides with everything. */
function drawSayings(seed: number, count: number): { events: IncomingEvent[]; sayings: Sayings } {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
  const users = Array.from({ length: 9 }, (_, i) => `u${i}`);
  const devices = Array.from({ length: 24 }, (_, i) => `d${i}`);
  const key = (): string => (random.next() < 0.7 ? `u:${pick(users)}` : `a:${pick(devices)}`);
  const events: IncomingEvent[] = [];
  const edges: Sayings['edges'][number][] = [];
  const merges: Sayings['merges'][number][] = [];
  const undone = new Set<string>();
  for (let i = 0; i < count; i++) {
    // Most devices keep to one user, so that not all are shared.
    const device = random.integer(devices.length);
    const user = random.next() < 0.93 ? users[device % 3]! : pick(users);
    const minute = random.integer(40);
    const messageId = `m${String(i).padStart(4, '0')}`;
    const stamp = `20260101${String(Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}00000000${messageId}`;
    events.push(
      random.next() < 0.8
        ? { type: 'page', messageId, userId: user, anonymousId: devices[device]!, originalTimestamp: at(minute) }
        : { type: 'alias', messageId, userId: user, previousId: devices[device]!, originalTimestamp: at(minute) },
    );
    edges.push({ anonymousKey: `a:${devices[device]!}`, userKey: `u:${user}`, stamp });
  }
  for (let i = 0; i < 14; i++) {
    merges.push({ mergeId: `g${i}`, from: key(), into: key() });
    if (random.next() < 0.5) undone.add(`g${i}`);
  }
  return { events, sayings: { edges, merges, undone } };
}

describe('whatever the order of arrival', () => {
  test('customers are those of the definition, with every table the same, in any batches and after a replay', async () => {
    let answered = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const { events, sayings } = drawSayings(seed, 30 + seed * 16);
      const expected = canonicalKeys(sayings, mostAnonymousIds);
      answered += expected.size;
      const first: string[][][] = [];
      for (const variant of [0, 1, 2]) {
        await using shop = await openShop(variant === 1 ? 3 : 50_000);
        const random = createRandom(seed * 100 + variant);
        const tell = (undone: boolean) => (merge: Sayings['merges'][number]) => () =>
          shop.state([[merge.mergeId, merge.from, merge.into]], undone);
        const steps: (() => Promise<void>)[] = [
          ...events.flatMap((event) =>
            Array.from({ length: 1 + random.integer(variant + 1) }, () => () => shop.send(event)),
          ),
          ...sayings.merges.map(tell(false)),
          ...sayings.merges.filter(({ mergeId }) => sayings.undone.has(mergeId)).map(tell(true)),
        ];
        for (const step of random.shuffle(steps)) {
          await step();
          if (variant === 2 && random.next() < 0.3) await shop.projector.catchUp();
        }
        await shop.projector.catchUp();
        expect(await shop.answers(), `seed ${seed}, variant ${variant}`).toEqual(expected);
        first.push(await shop.tables());
        await shop.projector.replay();
        first.push(await shop.tables());
      }
      for (const tables of first) expect(tables).toEqual(first[0]);
    }
    expect(answered).toBeGreaterThan(50);
  });
});

/** Puts one event of each user with each anonymous id into the log, past the door, for volume. */
const insertPairs = (shop: Shop, pairs: string, prefix: string): Promise<unknown> =>
  shop.admin.query(
    `INSERT INTO events.log (customer_key, message_id, type, name, occurred_at, received_at, user_id, anonymous_id, source,
       properties, context)
     SELECT 'u:' || user_id, $1 || row_number() OVER (), 'page', 'page', now(), now(), user_id, anonymous_id, 'test', '{}', '{}'
     FROM (${pairs}) p (user_id, anonymous_id)`,
    [prefix],
  );

/** Rows that folding the rest of the log in reads and writes in the tables of who is who. */
async function workOfFolding(shop: Shop): Promise<number> {
  return inTransaction(shop.db, async (tx) => {
    const countRows = async (): Promise<number> => {
      const { rows } = await tx.query<{ rows: number }>(
        `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del)::bigint AS rows
         FROM pg_stat_xact_user_tables WHERE schemaname = $1 AND relname LIKE 'identity%'`,
        [schema],
      );
      return rows[0]!.rows;
    };
    const { rows } = await tx.query<{ from: number; to: number }>(
      `SELECT c.seq AS from, (SELECT max(seq) FROM events.log) AS to FROM ${schema}.projection_cursor c WHERE name = 'identity'`,
    );
    const { from, to } = rows[0]!;
    const before = await countRows();
    for (const sql of identityProjection(schema).apply) await tx.query(sql, [from, to]);
    const after = await countRows();
    await tx.query(`UPDATE ${schema}.projection_cursor SET seq = $1 WHERE name = 'identity'`, [to]);
    return after - before;
  });
}

describe('an id that was seen with thousands', () => {
  test('joins none of them and costs no more work than any other', { timeout: 120_000 }, async () => {
    await using shop = await openShop();
    await insertPairs(
      shop,
      "SELECT 'c' || n, 'kiosk' FROM generate_series(1, 200000) n UNION ALL SELECT 'o' || n, 'own' || n FROM generate_series(1, 2000) n",
      'm',
    );
    await shop.projector.catchUp();
    // As a shop that has run for a while: without statistics a plan may read a whole table, whichever id it is about.
    await shop.admin.query('VACUUM ANALYZE');
    const answers = await shop.answers();
    expect(answers.size).toBe(2_000);
    expect(answers.has('a:kiosk')).toBe(false);

    const ordinary = "SELECT 'n' || n, 'fresh' || n FROM generate_series(1, 500) n";
    const atKiosk = "SELECT 'k' || n, 'kiosk' FROM generate_series(1, 500) n";
    await insertPairs(shop, ordinary, 'new');
    const own = await workOfFolding(shop);
    await insertPairs(shop, atKiosk, 'new');
    const shared = await workOfFolding(shop);
    expect(own).toBeGreaterThan(500);
    expect(shared).toBeLessThanOrEqual(own);
    expect(own).toBeLessThan(500 * 40);

    // The same pairs once more say nothing new.
    await insertPairs(shop, ordinary, 'again');
    const ownAgain = await workOfFolding(shop);
    await insertPairs(shop, atKiosk, 'again');
    const sharedAgain = await workOfFolding(shop);
    expect(sharedAgain).toBeLessThanOrEqual(ownAgain);
    expect(ownAgain).toBeLessThanOrEqual(500);
  });
});
