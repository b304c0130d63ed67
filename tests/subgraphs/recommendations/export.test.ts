import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeListFile } from '../../../standalone/src/export-lists.ts';
import { listTask } from '../../../standalone/src/list-schedule.ts';
import type { ListLine } from '../../../subgraphs/recommendations/src/export/list-line.ts';
import { exportLists, recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { type OpenSubgraph, openSubgraph } from '../open-subgraph.ts';
import { at, catalogue, orders, seen } from './planted-log.ts';

let shop: OpenSubgraph;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cda-lists-'));
  shop = await openSubgraph(recommendations);
  await shop.setShop({ currency: 'EUR', clock: 'latest_event' });
  const { userId: _nobody, ...anonymous } = seen('phone', 3, 1299);
  await shop.send([
    ...catalogue,
    ...orders(),
    { ...anonymous, anonymousId: 'phone' },
    seen('left-over', 5, 1299),
    { type: 'alias', messageId: 'signs in', userId: 'C1', previousId: 'phone', originalTimestamp: at(1300) },
  ]);
  await shop.projector.catchUp();
  await using estimators = createEstimatorPool(1);
  const model = recommendations.models[0]!;
  await trainModel({ subgraph: 'recommendations', model, db: shop.db, estimators, log: silentLog });
}, 120_000);
afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, more: Partial<Parameters<typeof writeListFile>[0]> = {}): Promise<number> =>
  writeListFile({
    path: join(folder, name),
    placement: 'EMAIL',
    limit: 5,
    databaseUrl: shop.databaseUrl,
    log: silentLog,
    ...more,
  });
const read = (name: string): ListLine[] => {
  const data = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(data) : data)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ListLine);
};

test('the file holds one line for every customer with an account, each with an id of its own and reasons that add up', async () => {
  const shown: number[] = [];
  const lists = await write('lists.jsonl.gz', { stride: 50, progress: (done) => shown.push(done) });
  const lines = read('lists.jsonl.gz');
  expect(lines).toHaveLength(lists);
  const { rows } = await shop.db.query<{ key: string }>(
    "SELECT DISTINCT substr(customer_key, 3) AS key FROM recommendations.interaction WHERE left(customer_key, 2) = 'u:'",
  );
  expect(lines.map((line) => line.customer_id).sort()).toEqual(rows.map(({ key }) => key).sort());
  expect(new Set(lines.map((line) => line.recommendation_id)).size).toBe(lists);
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.at(-1)).toBe(lists);
  const personal = lines.find((line) => line.customer_id === 'C5')!;
  expect(personal).toMatchObject({
    placement: 'EMAIL',
    pipeline: 'HYBRID',
    model: { name: 'recommendations.hybrid', version: 1 },
  });
  expect(personal.recommendation_id).toMatch(/^EMAIL[.]HYBRID[.]1[.][0-9a-f-]{36}$/);
  expect(Date.parse(personal.as_of)).toBeGreaterThan(0);
  for (const line of lines.slice(0, 30)) {
    expect(line.items).toHaveLength(5);
    for (const item of line.items) {
      expect(item.reasons.reduce((sum, { weight }) => sum + weight!, 0)).toBeCloseTo(item.score, 6);
      expect(item.reasons.every(({ en, ru }) => en !== '' && ru !== '')).toBe(true);
    }
  }
});

test('a list from the file is the list that the graph serves', async () => {
  await write('lists.jsonl');
  const line = read('lists.jsonl').find(({ customer_id }) => customer_id === 'C7')!;
  const { _entities } = await shop.ask<{
    _entities: { recommendations: { edges: { node: { product: { id: string } } }[] } }[];
  }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer {
       recommendations(placement: EMAIL, first: 5) { edges { node { product { id } } } } } } }`,
    { of: [{ __typename: 'Customer', id: toGlobalId('Customer', 'u:C7') }] },
  );
  expect(line.items.map(({ product_id }) => toGlobalId('Product', product_id))).toEqual(
    _entities[0]!.recommendations.edges.map(({ node }) => node.product.id),
  );
});

test('rules hold in it', async () => {
  const { saveMerchandisingRule } = await shop.ask<{ saveMerchandisingRule: { __typename: string } }>(
    'mutation ($rule: MerchandisingRuleInput!) { saveMerchandisingRule(rule: $rule) { __typename } }',
    {
      rule: {
        name: 'Not these',
        action: 'EXCLUDE',
        match: { products: Array.from({ length: 40 }, (_, i) => toGlobalId('Product', `P${i}`)) },
      },
    },
  );
  expect(saveMerchandisingRule.__typename).toBe('MerchandisingRuleSaved');
  await write('ruled.jsonl');
  const shown = new Set(
    read('ruled.jsonl').flatMap(({ items }) => items.map((item) => Number(item.product_id.slice(1)))),
  );
  expect(shown.size).toBeGreaterThan(5);
  expect([...shown].filter((product) => product < 40)).toEqual([]);
});

test('holds no more lists at once than a stride, whatever their number', async () => {
  await using lists = await exportLists({
    databaseUrl: shop.databaseUrl,
    log: silentLog,
    placement: 'HOME',
    limit: 3,
    stride: 7,
  });
  let strides = 0;
  let total = 0;
  for await (const lines of lists.strides()) {
    expect(lines.length).toBeLessThanOrEqual(7);
    strides++;
    total += lines.length;
  }
  expect(total).toBe(await lists.total());
  expect(strides).toBeGreaterThan(30);
});

test('made by several threads, the lists are those of one, in the same order', async () => {
  const made = async (threads: number) => {
    await using lists = await exportLists({
      databaseUrl: shop.databaseUrl,
      log: silentLog,
      placement: 'EMAIL',
      limit: 3,
      stride: 20,
      threads,
    });
    const lines = [];
    for await (const some of lists.strides()) lines.push(...some);
    // Each list has an id of its own.
    return lines.map(({ recommendation_id: _, ...line }) => line);
  };
  const alone = await made(1);
  expect(alone.length).toBeGreaterThan(100);
  expect(await made(3)).toEqual(alone);
});

test('threads end where the reader breaks off', async () => {
  await using lists = await exportLists({
    databaseUrl: shop.databaseUrl,
    log: silentLog,
    placement: 'HOME',
    limit: 3,
    stride: 5,
    threads: 2,
  });
  for await (const lines of lists.strides()) {
    expect(lines.length).toBeGreaterThan(0);
    break;
  }
  const { rows } = await shop.db.query<{ open: number }>(
    "SELECT count(*)::integer AS open FROM pg_stat_activity WHERE application_name LIKE '%list-export%' AND datname = current_database()",
  );
  expect(rows[0]!.open).toBeLessThanOrEqual(4);
});

test('an export that is broken off leaves the older file as it was, and nothing beside it', async () => {
  writeFileSync(join(folder, 'kept.jsonl'), 'older\n');
  const stopping = new AbortController();
  const broken = write('kept.jsonl', { stride: 10, signal: stopping.signal, progress: () => stopping.abort() });
  await expect(broken).rejects.toThrow(/abort/i);
  expect(readFileSync(join(folder, 'kept.jsonl'), 'utf8')).toBe('older\n');
  expect(existsSync(join(folder, `kept.jsonl.${process.pid}.partial`))).toBe(false);
});

test('a folder that does not exist, and a limit that is none, are said in words', async () => {
  await expect(write('nowhere/lists.jsonl')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(write('lists.jsonl', { limit: 0 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('the nightly file is written where a setting names one, and wrong settings are said in words', async () => {
  const path = join(folder, 'nightly.jsonl');
  const task = (settings: Record<string, string | undefined>) =>
    listTask({ EXPORT_LISTS: path, ...settings }, shop.databaseUrl, silentLog);
  expect(listTask({}, shop.databaseUrl, silentLog)).toBeUndefined();
  expect(listTask({ EXPORT_LISTS: '' }, shop.databaseUrl, silentLog)).toBeUndefined();
  for (const wrong of [
    { EXPORT_LISTS_PLACEMENT: 'nowhere' },
    { EXPORT_LISTS_LIMIT: '0' },
    { EXPORT_LISTS_AT: 'at night' },
  ]) {
    expect(() => task(wrong)).toThrow(Object.keys(wrong)[0]);
  }
  const nightly = task({ EXPORT_LISTS_PLACEMENT: 'home', EXPORT_LISTS_LIMIT: '2' })!;
  expect(nightly.schedule).toBe('0 4 * * *');
  await nightly.run(new AbortController().signal);
  const lines = read('nightly.jsonl');
  expect(lines.length).toBeGreaterThan(100);
  expect(lines[0]!.placement).toBe('HOME');
  expect(lines.every(({ items }) => items.length <= 2)).toBe(true);
});
