import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analytics } from '../../../subgraphs/analytics/src/index.ts';
import { type DemoSubgraph, openDemoSubgraph } from '../demo-shop-log.ts';

interface Found {
  id: string;
  metric: string;
  date: string;
  value: number;
  expected: number;
  low: number;
  high: number;
  direction: 'HIGH' | 'LOW';
  score: number;
  severity: string;
  reasons: { code: string; text: string; russian: string; weight: number | null }[];
  model: { name: string; version: number };
}

let shop: DemoSubgraph;
let found: Found[];
beforeAll(async () => {
  shop = await openDemoSubgraph(analytics, 0.6);
  expect(await shop.train()).toMatchObject({ status: 'SUCCEEDED', served: true });
  found = [];
  let after: string | null = null;
  do {
    const page: {
      anomalies: {
        totalCount: number;
        edges: { node: Found }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    } = await shop.ask(
      `query ($after: String) { anomalies(first: 7, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
          id metric date value expected low high direction score severity model { name version }
          reasons { code text russian: text(locale: RU) weight } } } } }`,
      { after },
    );
    found.push(...page.anomalies.edges.map((edge) => edge.node));
    after = page.anomalies.pageInfo.hasNextPage ? page.anomalies.pageInfo.endCursor : null;
    if (!after) expect(found).toHaveLength(page.anomalies.totalCount);
  } while (after);
}, 180_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

test('planted outages, gaps in tracking, viral days and bulk orders are found on their day, on their side', () => {
  const watched = ['payment outage', 'tracking gap', 'viral day', 'bulk order'];
  const planted = shop.truth.anomalies.filter(({ cause }) => watched.includes(cause));
  expect(planted.length).toBeGreaterThanOrEqual(8);
  const hits = planted.filter(({ date, direction }) =>
    found.some((one) => one.date === date && one.direction === (direction === 'up' ? 'HIGH' : 'LOW')),
  );
  expect(hits.length / planted.length).toBeGreaterThanOrEqual(0.75);
  const lost = planted.filter(({ cause }) => cause === 'tracking gap' || cause === 'viral day');
  for (const { date } of lost) expect(found.some((one) => one.date === date && one.metric === 'VISITS')).toBe(true);
});

test('a crawler and a leaked coupon show in the figure they move first', () => {
  const figures: Record<string, string> = { crawler: 'PRODUCT_VIEWS', 'leaked coupon': 'DISCOUNTS' };
  const planted = shop.truth.anomalies.filter(({ cause }) => figures[cause]);
  expect(planted).toHaveLength(2);
  for (const { date, cause } of planted) {
    const [strange] = found.filter((one) => one.date === date && one.metric === figures[cause]);
    expect(strange).toMatchObject({ direction: 'HIGH', severity: 'CRITICAL' });
  }
});

test('other days are hardly ever called strange, but for Black Friday and Christmas', () => {
  const planted = shop.truth.anomalies;
  const others = found.filter(
    ({ date }) =>
      !planted.some((one) => one.date <= date && date <= one.lastDate) && !/-11-2\d|-11-30|-12-\d\d|-01-0\d/.test(date),
  );
  // Nine figures over more than 500 days.
  expect(others.length).toBeLessThanOrEqual(10);
});

test('the reasons add up to what was expected, and the value lies outside the usual', () => {
  expect(found.length).toBeGreaterThan(8);
  for (const one of found) {
    expect(one.reasons.reduce((sum, reason) => sum + (reason.weight ?? 0), 0)).toBeCloseTo(one.expected, 6);
    expect(one.value < one.low || one.value > one.high).toBe(true);
    expect(one.direction).toBe(one.value > one.expected ? 'HIGH' : 'LOW');
    expect(Math.abs(one.score)).toBeGreaterThanOrEqual(4);
    expect(one.model).toEqual({ name: 'analytics.anomalies', version: 1 });
    expect(one.reasons.every((reason) => /[а-я]/.test(reason.russian))).toBe(true);
  }
});

test('the list is newest first, each once, and takes conditions', async () => {
  const keys = found.map((one) => `${one.date} ${one.metric}`);
  expect(keys).toEqual([...new Set(keys)].sort().reverse());
  const ask = async (where: string): Promise<string[]> => {
    const answer = await shop.ask<{ anomalies: { edges: { node: { id: string } }[]; totalCount: number } }>(
      `{ anomalies(first: 100, where: ${where}) { totalCount edges { node { id } } } }`,
    );
    expect(answer.anomalies.totalCount).toBe(answer.anomalies.edges.length);
    return answer.anomalies.edges.map((edge) => edge.node.id);
  };
  const ids = (keep: (one: Found) => boolean): string[] => found.filter(keep).map((one) => one.id);
  expect(await ask('{ metric: VISITS }')).toEqual(ids((one) => one.metric === 'VISITS'));
  expect(await ask('{ severity: WARNING }')).toEqual(ids((one) => one.severity !== 'NOTICE'));
  expect(await ask('{ between: { from: "2026-01-01", to: "2026-06-30" } }')).toEqual(
    ids((one) => one.date >= '2026-01-01' && one.date <= '2026-06-30'),
  );
  expect(found[0]!.id).toBe(toGlobalId('Anomaly', `${found[0]!.metric}:${found[0]!.date}`));
});

interface Point {
  date: string;
  expected: number;
  low: number;
  high: number;
  reasons: { weight: number; text: string }[];
}

test('the coming days are forecast from today on, with parts that add up, better than repeating the last week', async () => {
  const before = await shop.ask<{ forecast: unknown }>(
    '{ forecast(metric: ORDERS) { points { date } unavailable { code } model { version } } }',
  );
  expect(before.forecast).toEqual({ points: [], unavailable: { code: 'MODEL_NOT_SERVED' }, model: null });
  const outcome = await shop.train('forecast');
  if (outcome.status !== 'SUCCEEDED') throw new Error(outcome.message);
  expect(outcome.served).toBe(true);
  expect(outcome.trained.primary.value).toBeLessThan(0.95);
  expect(outcome.trained.metrics['intervalCoverage']).toBeGreaterThan(0.8);
  const { forecast } = await shop.ask<{ forecast: { points: Point[] } }>(
    `{ forecast(metric: ORDERS, days: 40) { confidence unavailable { code } model { name version }
       points { date expected low high reasons { text(locale: RU) weight } } } }`,
  );
  const model = { name: 'analytics.forecast', version: 1 };
  expect(forecast).toMatchObject({ confidence: 0.9, unavailable: null, model });
  expect(forecast.points).toHaveLength(40);
  expect(forecast.points[0]!.date).toBe('2026-11-20');
  for (const { expected, low, high, reasons } of forecast.points) {
    expect(reasons.reduce((sum, reason) => sum + reason.weight, 0)).toBeCloseTo(expected, 6);
    expect(low).toBeLessThanOrEqual(expected);
    expect(high).toBeGreaterThanOrEqual(expected);
    expect(reasons.every((reason) => /[а-я]/.test(reason.text))).toBe(true);
  }
  const { errors } = await shop.execute('{ forecast(metric: ORDERS, days: 57) { confidence } }');
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('today, which is not over, is not judged', () => {
  expect(found.every((one) => one.date < '2026-11-20')).toBe(true);
});
