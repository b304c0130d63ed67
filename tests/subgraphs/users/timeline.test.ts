import { randomUUID } from 'node:crypto';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { users } from '../../../subgraphs/users/src/index.ts';
import { loadTimelines, timelineKinds, timelineStatement } from '../../../subgraphs/users/src/loaders/timeline.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';

const start = Date.UTC(2025, 0, 1);
const at = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();

const order = (messageId: string, hours: number, price: number, who: Partial<IncomingEvent>): IncomingEvent => ({
  type: 'track',
  event: 'Order Completed',
  messageId,
  ...who,
  originalTimestamp: at(hours),
  properties: {
    order_id: messageId,
    currency: 'EUR',
    coupon: 'SPRING',
    products: [
      { product_id: 'pot', price, quantity: 2 },
      { product_id: 'tea', price, quantity: 1 },
    ],
  },
});
const track = (event: string, messageId: string, hours: number, who: Partial<IncomingEvent>, properties = {}) =>
  ({ type: 'track', event, messageId, ...who, originalTimestamp: at(hours), properties }) as IncomingEvent;
const identify = (messageId: string, hours: number, traits: Record<string, unknown>): IncomingEvent => ({
  type: 'identify',
  messageId,
  userId: 'ann',
  originalTimestamp: at(hours),
  traits,
});
const ann = { userId: 'ann' };

interface Entry {
  __typename: string;
  id: string;
  kind: string;
  at: string;
  text: string;
  ru: string;
  [field: string]: unknown;
}
interface Page {
  edges: { cursor: string; node: Entry }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

let shop: OpenSubgraph;
beforeEach(async () => {
  shop = await openSubgraph(users);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
});
afterEach(() => shop?.[Symbol.asyncDispose]());

async function fold(...events: IncomingEvent[]): Promise<void> {
  const verdicts = await shop.send(events);
  expect(verdicts.filter(({ verdict }) => verdict !== 'ACCEPTED')).toEqual([]);
  await shop.projector.catchUp();
}

async function timeline(
  args: { first?: number; after?: string | null; kinds?: string[] } = {},
  externalId = 'ann',
): Promise<Page> {
  const { customer } = await shop.ask<{ customer: { timeline: Page } }>(
    `query ($externalId: String!, $first: Int, $after: String, $kinds: [TimelineKind!]) {
       customer(externalId: $externalId) { timeline(first: $first, after: $after, kinds: $kinds) {
         pageInfo { hasNextPage endCursor }
         edges { cursor node { __typename id kind at text(locale: EN) ru: text(locale: RU)
           ... on OrderEntry { orderId revenue { amountMinor currency } discount { amountMinor } coupon units products { id } }
           ... on RefundEntry { orderId revenue { amountMinor } }
           ... on VisitEntry { views adds searches other }
           ... on MessageEntry { event about }
           ... on ProfileEntry { fields }
           ... on MergeEntry { from into by undone }
           ... on SegmentEntry { before: from(locale: EN) since: to(locale: EN) model { version } }
           ... on ChurnBandEntry { fromBand: from toBand: to probability model { version } }
         } } } } }`,
    { externalId, first: args.first ?? 100, after: args.after ?? null, kinds: args.kinds ?? null },
  );
  return customer.timeline;
}
const entries = async (...args: Parameters<typeof timeline>): Promise<Entry[]> =>
  (await timeline(...args)).edges.map(({ node }) => node);

/** Every entry, by pages of so many. */
async function walk(first: number, kinds?: string[]): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page = await timeline({ first, after, ...(kinds ? { kinds } : {}) });
    found.push(...page.edges.map(({ node }) => node));
    expect(page.edges.length).toBeLessThanOrEqual(first);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

describe('what a timeline tells', () => {
  test('orders, refunds, days of browsing, messages and what is new in the profile, each in words and in fields', async () => {
    await fold(
      identify('i1', 1, { name: 'Ann', email: 'ann@shop.test' }),
      // The same again is nothing new.
      identify('i2', 2, { name: 'Ann', email: 'ann@shop.test' }),
      track('Product Viewed', 'v1', 3, ann, { product_id: 'pot' }),
      track('Product Viewed', 'v2', 4, ann, { product_id: 'tea' }),
      track('Product Added', 'c1', 5, ann, { product_id: 'tea' }),
      order('o1', 6, 10, ann),
      track('Order Refunded', 'r1', 50, ann, {
        order_id: 'o1',
        currency: 'EUR',
        products: [{ product_id: 'pot', price: 10, quantity: 1 }],
      }),
      track('Email Opened', 'm1', 60, ann, { email_subject: 'Spring sale' }),
      identify('i3', 70, { name: 'Ann', address: { city: 'Bern' } }),
    );
    const found = await entries();
    expect(found.map(({ id: _id, ...entry }) => entry)).toEqual([
      {
        __typename: 'ProfileEntry',
        kind: 'PROFILE',
        at: at(70),
        text: 'New in the profile: city.',
        ru: 'Новое в профиле: город.',
        fields: ['CITY'],
      },
      {
        __typename: 'MessageEntry',
        kind: 'MESSAGE',
        at: at(60),
        text: 'An e-mail was opened: “Spring sale”.',
        ru: 'Письмо открыто: «Spring sale».',
        event: 'Email Opened',
        about: 'Spring sale',
      },
      {
        __typename: 'RefundEntry',
        kind: 'REFUND',
        at: at(50),
        text: '€10.00 of order o1 was given back.',
        ru: expect.stringMatching(/^Возврат 10,00\s€ по заказу o1\.$/),
        orderId: 'o1',
        revenue: { amountMinor: 1000 },
      },
      {
        __typename: 'OrderEntry',
        kind: 'ORDER',
        at: at(6),
        text: 'Order o1 for €30.00: 3 items, with a coupon.',
        ru: expect.stringMatching(/^Заказ o1 на 30,00\s€: 3 товара, с купоном\.$/),
        orderId: 'o1',
        revenue: { amountMinor: 3000, currency: 'EUR' },
        discount: { amountMinor: 0 },
        coupon: true,
        units: 3,
        products: [{ id: toGlobalId('Product', 'pot') }, { id: toGlobalId('Product', 'tea') }],
      },
      {
        __typename: 'ProfileEntry',
        kind: 'PROFILE',
        at: at(1),
        text: 'New in the profile: e-mail, name.',
        ru: 'Новое в профиле: эл. почта, имя.',
        fields: ['EMAIL', 'NAME'],
      },
      {
        __typename: 'VisitEntry',
        kind: 'VISIT',
        at: at(0),
        text: 'In the shop that day: 2 products looked at, 1 put in the cart.',
        ru: 'В магазине за день: 2 просмотра товаров, 1 добавление в корзину.',
        views: 2,
        adds: 1,
        searches: 0,
        other: 0,
      },
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    expect(JSON.stringify(found)).not.toContain('ann@shop.test');
    // A message is not a visit.
    expect(await entries({ kinds: ['VISIT'] })).toHaveLength(1);
    expect((await entries({ kinds: ['REFUND', 'ORDER'] })).map(({ kind }) => kind)).toEqual(['REFUND', 'ORDER']);
  });

  test('what all keys of a customer did, a day of two devices as one, and merges until they are taken back', async () => {
    const phone = { anonymousId: 'phone' };
    await fold(
      track('Product Viewed', 'v1', 3, phone, { product_id: 'pot' }),
      track('Product Viewed', 'v2', 4, ann, { product_id: 'pot' }),
      { type: 'alias', messageId: 'a1', ...ann, previousId: 'phone', originalTimestamp: at(5) },
      order('o1', 30, 10, { userId: 'bob' }),
    );
    expect((await entries()).map(({ kind, views }) => [kind, views])).toEqual([['VISIT', 2]]);
    const state = (undone: boolean) =>
      shop.db.query('SELECT events.state_merges($1, $2, $3, $4, $5)', [['m1'], ['u:bob'], ['u:ann'], undone, 'me']);
    await state(false);
    await shop.projector.catchUp();
    const merged = await entries();
    expect(merged.map(({ kind }) => kind)).toEqual(['MERGE', 'ORDER', 'VISIT']);
    expect(merged[0]).toMatchObject({
      text: 'bob was merged into ann.',
      from: toGlobalId('Customer', 'u:bob'),
      into: toGlobalId('Customer', 'u:ann'),
      by: 'me',
      undone: false,
    });
    await state(true);
    await shop.projector.catchUp();
    expect((await entries()).map(({ kind, undone }) => [kind, undone])).toEqual([
      ['MERGE', true],
      ['MERGE', false],
      ['VISIT', undefined],
    ]);
    expect((await entries({}, 'bob')).map(({ kind }) => kind)).toEqual(['MERGE', 'MERGE', 'ORDER']);
  });

  test('moves between segments and bands, and no training that left the customer where they were', async () => {
    await fold(order('o1', 1, 10, ann));
    const segments = [randomUUID(), randomUUID()];
    const train = async (version: number, segment: number, churn: number): Promise<void> => {
      for (const model of ['users.segmentation', 'users.churn']) {
        const { rows } = await shop.db.query<{ id: string }>(
          `INSERT INTO registry.model_version (subgraph, model, version, status, as_of, duration_ms, rows, seed, parameters, metrics,
             primary_metric, value, baseline_name, baseline, higher_is_better)
           VALUES ('users', $1, $2, 'SUPERSEDED', $3, 1, 1, 1, '{}', '{}', 'x', 1, 'x', 0, true) RETURNING id`,
          [model, version, at(100 * version)],
        );
        const id = rows[0]!.id;
        if (model === 'users.churn') {
          await shop.db.query("INSERT INTO users.score_history VALUES ('u:ann', 'users.churn', $1, $2, $3)", [
            at(100 * version),
            id,
            churn,
          ]);
        } else {
          await shop.db.query(
            `INSERT INTO users.segment_history (segment_id, version_id, as_of, key, name, size, share)
             SELECT s, $2, $3, 'k' || n, json_build_object('en', 'S' || n, 'ru', 'С' || n), 1, 1
             FROM unnest($1::uuid[]) WITH ORDINALITY AS u (s, n)`,
            [segments, id, at(100 * version)],
          );
          await shop.db.query("INSERT INTO users.segment_membership VALUES ('u:ann', $1, $2)", [id, segments[segment]]);
        }
      }
    };
    await train(1, 0, 0.2);
    await train(2, 0, 0.3);
    await train(3, 1, 0.7);
    await train(4, 1, 0.5);
    const found = await entries({ kinds: ['SEGMENT', 'CHURN_BAND'] });
    expect(found.map(({ text }) => text)).toEqual([
      'Risk of leaving fell from high to medium: 50%.',
      'Risk of leaving rose from low to high: 70%.',
      'Went from the segment “S1” to “S2”.',
      'Risk of leaving estimated for the first time: low, 20%.',
      'Came into the segment “S1”.',
    ]);
    expect(found[1]).toMatchObject({
      at: at(300),
      ru: 'Риск ухода вырос: был низкий, стал высокий, 70 %.',
      fromBand: 'LOW',
      toBand: 'HIGH',
      probability: 0.7,
      model: { version: 3 },
    });
    expect(found[2]).toMatchObject({ before: 'S1', since: 'S2', model: { version: 3 } });
    expect((await walk(2)).map(({ id }) => id)).toEqual((await entries()).map(({ id }) => id));
    // Once the first versions are too old to be kept, the oldest that is left is no beginning.
    await shop.db.query(`DELETE FROM users.segment_membership WHERE version_id IN
      (SELECT id FROM registry.model_version WHERE version < 3)`);
    expect(await entries({ kinds: ['SEGMENT'] })).toEqual([]);
  });

  test('refuses what is no cursor of a timeline, no page size, and no kind at all', async () => {
    await fold(order('o1', 1, 10, ann));
    const cursor = (values: unknown[]): string => Buffer.from(JSON.stringify(values)).toString('base64url');
    for (const args of [
      { after: 'nonsense' },
      { after: cursor(['yesterday', 4, 'o1', 'u:ann']) },
      { after: cursor([at(1), 4, 'o1', 'u:ann']) },
      { after: cursor(['2026-13-41T00:00:00.000000Z', 4, 'o1', 'u:ann']) },
      { after: cursor(['2025-01-01T00:00:00.000000Z', 99, 'o1', 'u:ann']) },
      { after: cursor(['2025-01-01T00:00:00.000000Z', 4, 1, 'u:ann']) },
      { first: 0 },
      { first: 101 },
      { kinds: [] },
    ]) {
      const { errors } = await shop.execute(
        `query ($first: Int, $after: String, $kinds: [TimelineKind!]) { customer(externalId: "ann") {
           timeline(first: $first, after: $after, kinds: $kinds) { edges { cursor } } } }`,
        args,
      );
      expect([args, errors?.[0]?.extensions['code']]).toEqual([args, 'BAD_USER_INPUT']);
    }
  });
});

describe('a customer of ten thousand events', () => {
  const count = 10_000;
  beforeEach(async () => {
    await fold(
      ...Array.from({ length: count }, (_, i): IncomingEvent => {
        const who = i % 3 === 0 ? { anonymousId: 'phone' } : ann;
        // Ties abound: four events share each moment.
        const hours = Math.floor(i / 4);
        if (i % 2 === 0) return order(`o${i}`, hours, 1, who);
        if (i % 5 === 0) return track('Order Refunded', `r${i}`, hours, who, { order_id: `o${i}`, total: 1 });
        return track('Email Delivered', `m${i}`, hours, who);
      }),
      { type: 'alias', messageId: 'a', ...ann, previousId: 'phone', originalTimestamp: at(0) },
      ...Array.from({ length: 60 }, (_, i) => track('Product Viewed', `v${i}`, 24 * i, ann, { product_id: 'pot' })),
    );
  }, 120_000);

  test('is told page by page, each entry once, in order, and goes on where it was when more happens', async () => {
    const all = await walk(100);
    expect(all).toHaveLength(count + 60);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map((entry) => entry.at)).toEqual(
      all
        .map((entry) => entry.at)
        .sort()
        .reverse(),
    );

    const [first, second] = [await timeline({ first: 7 }), all.slice(7, 14)];
    await fold(order('new', 5_000, 1, ann), order('late', 1, 1, ann));
    const next = await timeline({ first: 7, after: first.pageInfo.endCursor });
    expect(next.edges.map(({ node }) => node.id)).toEqual(second.map(({ id }) => id));
    expect((await timeline({ first: 1 })).edges[0]!.node['orderId']).toBe('new');
  }, 120_000);

  test('costs a page what the page holds, however deep it is: rows are counted', async () => {
    await shop.db.query('ANALYZE');
    const people = [{ key: 'u:ann', keys: ['u:ann', 'a:phone'] }];
    const deep = (await timeline({ first: 100 })).edges.at(-1)!.cursor;
    const deeper = (await timeline({ first: 100, after: deep })).edges.at(-1)!.cursor;
    interface Plan {
      'Node Type': string;
      'Actual Rows': number;
      'Actual Loops': number;
      'Rows Removed by Filter'?: number;
      Plans?: Plan[];
    }
    const readRows = (plan: Plan): number =>
      (/Scan/.test(plan['Node Type']) && !/Function|Subquery/.test(plan['Node Type'])
        ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
        : 0) + (plan.Plans ?? []).reduce((sum, part) => sum + readRows(part), 0);
    const limit = 21;
    for (const after of [null, deep, deeper]) {
      const { text, values } = timelineStatement(people, { limit, after, kinds: timelineKinds });
      const { rows } = await shop.db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      // At most a page of each kind for each of the two keys, and a tie at its edge.
      expect(readRows(rows[0]!['QUERY PLAN'][0]!.Plan)).toBeLessThan(5 * 2 * (limit + 8));
    }
  }, 120_000);

  test('is asked for together with other customers in one statement, each with a page of their own', async () => {
    await fold(...['b', 'c', 'd'].map((userId, i) => order(`x${i}`, 9_000 + i, 1, { userId })));
    let statements = 0;
    const counting = {
      query: (...args: Parameters<typeof shop.db.query>) => {
        statements++;
        return shop.db.query(...args);
      },
    };
    const people = ['b', 'ann', 'c', 'd', 'nobody'].map((id) => ({
      key: `u:${id}`,
      keys: id === 'ann' ? ['u:ann', 'a:phone'] : [`u:${id}`],
    }));
    const found = await loadTimelines(counting as unknown as typeof shop.db, people, {
      limit: 2,
      after: null,
      kinds: timelineKinds,
    });
    expect(found.map((rows) => rows.length)).toEqual([1, 2, 1, 1, 0]);
    expect(found[2]![0]).toMatchObject({ kind: 'ORDER', orderId: 'x1' });
    expect(statements).toBe(1);
  }, 120_000);
});
