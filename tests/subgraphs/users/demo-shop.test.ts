import { keyOf } from '@cda/platform/graph/global-id.ts';
import { rocAuc } from '@cda/platform/ml/classification-metrics.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toScoredColumns } from '../../../subgraphs/users/src/features/churn-columns.ts';
import { afterChange } from '../../../subgraphs/users/src/features/churn-what-if.ts';
import { users } from '../../../subgraphs/users/src/index.ts';
import { loadChurnCases } from '../../../subgraphs/users/src/loaders/churn-scores.ts';
import { loadSegmentCases } from '../../../subgraphs/users/src/loaders/customer-segments.ts';
import { explainChurn } from '../../../subgraphs/users/src/ml/churn-scorer.ts';
import { adjustedRandIndex } from '../../../subgraphs/users/src/ml/cluster-quality.ts';
import { explainChurnScore } from '../../../subgraphs/users/src/models/churn-reasons.ts';
import { explainSegment } from '../../../subgraphs/users/src/models/segment-reasons.ts';
import { type DemoSubgraph, openDemoSubgraph } from '../demo-shop-log.ts';

const dayMs = 86_400_000;

const sumOf = (reasons: readonly { weight?: number | null }[]): number =>
  reasons.reduce((sum, { weight }) => sum + weight!, 0);

let shop: DemoSubgraph;
let outcomes: Record<string, Awaited<ReturnType<DemoSubgraph['train']>>>;
beforeAll(async () => {
  shop = await openDemoSubgraph(users, 0.5);
  outcomes = {};
  for (const { name } of users.models) outcomes[name] = await shop.train(name);
}, 240_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

const metricsOf = (name: string): Record<string, number> => {
  const outcome = outcomes[name]!;
  if (outcome.status !== 'SUCCEEDED') throw new Error(`${name}: ${outcome.status}`);
  return outcome.trained.metrics;
};

test('every model beats its baseline and is served', () => {
  for (const [name, outcome] of Object.entries(outcomes))
    expect([name, outcome]).toMatchObject([name, { status: 'SUCCEEDED', served: true }]);
});

describe('segments', () => {
  test('are the true ones, over those that the data separates', async () => {
    const { rows } = await shop.db.query<{ customer_key: string; key: string }>(
      'SELECT customer_key, key FROM users.customer_segment c JOIN users.segment s ON s.id = c.segment_id',
    );
    const found = new Map(rows.map(({ customer_key, key }) => [customer_key, key]));
    const judged = shop.truth.customers.filter(({ userId, separable }) => separable && found.has(`u:${userId}`));
    expect(judged.length).toBeGreaterThan(400);
    const number = (values: string[]): number[] => values.map((value) => [...new Set(values)].indexOf(value));
    const ari = adjustedRandIndex(
      number(judged.map(({ segment }) => segment)),
      number(judged.map(({ userId }) => found.get(`u:${userId}`)!)),
    );
    expect(ari).toBeGreaterThan(0.8);
  });

  test('say why: the parts of every customer add up to the margin', async () => {
    const { rows } = await shop.db.query<{ key: string; margin: number }>(
      'SELECT customer_key AS key, margin FROM users.customer_segment',
    );
    expect(rows.length).toBeGreaterThan(2000);
    const cases = await loadSegmentCases(
      shop.db,
      rows.map(({ key }) => key),
    );
    for (const [i, { margin }] of rows.entries()) {
      const reasons = explainSegment(cases[i]!, 'EUR');
      expect(reasons).toHaveLength(4);
      expect(sumOf(reasons)).toBeCloseTo(margin, 9);
    }
  });
});

describe('churn', () => {
  test('orders customers within 0.02 AUC of the process that decides who comes back', () => {
    const at = new Date(shop.truth.until.getTime() - 90 * dayMs);
    return shop.db
      .query<{ customer_key: string; gone: boolean }>(
        `SELECT customer_key, NOT bool_or(occurred_at >= $1) AS gone FROM users.customer_order
         WHERE starts_with(customer_key, 'u:') GROUP BY 1 HAVING min(occurred_at) < $1`,
        [at],
      )
      .then(({ rows }) => {
        const labels = rows.map(({ gone }) => (gone ? 1 : 0));
        const truth = rows.map(({ customer_key }) => shop.truth.trueChurnProbability(customer_key.slice(2), at));
        const best = rocAuc(labels, truth)!;
        const { auc, calibrationError } = metricsOf('churn') as { auc: number; calibrationError: number };
        expect(best).toBeGreaterThan(0.85);
        expect(auc).toBeGreaterThan(best - 0.02);
        expect(calibrationError).toBeLessThan(0.06);
      });
  });

  test('gives reasons whose weights add up to the log-odds of the probability', async () => {
    const { rows } = await shop.db.query<{
      key: string;
      probability: number;
      low: number;
      high: number;
      logOdds: number;
    }>('SELECT customer_key AS key, probability, low, high, log_odds AS "logOdds" FROM users.churn_score');
    expect(rows.length).toBeGreaterThan(2000);
    const cases = await loadChurnCases(
      shop.db,
      rows.map(({ key }) => key),
    );
    for (const [i, { probability, low, high, logOdds }] of rows.entries()) {
      const sum = sumOf(explainChurnScore(cases[i]!, 'EUR'));
      expect(sum).toBeCloseTo(logOdds, 9);
      expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(probability, 9);
      expect(low).toBeLessThan(probability);
      expect(probability).toBeLessThan(high);
    }
  });

  test('costs two statements for the reasons of any number of customers, and one once the version is known', async () => {
    let statements = 0;
    const counting = {
      query: (...asked: [string, unknown[]]) => {
        statements++;
        return shop.db.query(...asked);
      },
    };
    const { rows } = await shop.db.query<{ key: string }>('SELECT customer_key AS key FROM users.churn_score');
    const keys = rows.map(({ key }) => key);
    const cases = await loadChurnCases(counting as unknown as typeof shop.db, keys);
    expect(cases.every((one) => one !== null)).toBe(true);
    expect(statements).toBe(2);
    expect(
      await loadChurnCases(counting as unknown as typeof shop.db, [...keys.slice(0, 50), 'u:nobody']),
    ).toHaveLength(51);
    expect(statements).toBe(3);
  });

  test('keeps the history of each score', async () => {
    const before = await shop.db.query('SELECT count(*) AS n FROM users.score_history');
    await shop.train('lifetime-value');
    const after = await shop.db.query('SELECT count(*) AS n FROM users.score_history');
    const served = await shop.db.query('SELECT count(*) AS n FROM users.lifetime_value');
    expect(after.rows[0].n - before.rows[0].n).toBe(served.rows[0].n);
  });
});

test('lifetime values hold what customers brought in the hold-out', () => {
  const { intervalCoverage, ordersForeseen, ordersSeen } = metricsOf('lifetime-value') as Record<string, number>;
  expect(intervalCoverage).toBeGreaterThan(0.85);
  expect(ordersForeseen! / ordersSeen!).toBeGreaterThan(0.8);
  expect(ordersForeseen! / ordersSeen!).toBeLessThan(1.25);
});

test('as many customers order in the hold-out as were foreseen, and each tenth about as often as was said', async () => {
  const { buyersForeseen, buyersSeen, orderCalibrationError } = metricsOf('lifetime-value') as Record<string, number>;
  expect(buyersForeseen! / buyersSeen!).toBeGreaterThan(0.93);
  expect(buyersForeseen! / buyersSeen!).toBeLessThan(1.07);
  expect(orderCalibrationError).toBeLessThan(0.06);
  interface Worth {
    lifetimeValue: {
      week: { probability: number };
      quarter: { probability: number; low: number; high: number; checked: { said: number; seen: number } };
      nextOrderFrom: string;
      nextOrderAt: string;
    };
  }
  const { customers } = await shop.ask<{ customers: { edges: { node: Worth }[] } }>(
    `{ customers(first: 50, where: { anonymous: false, orderCount: { range: { gte: 1 } } }) { edges { node { lifetimeValue {
         week: probabilityOfOrder(withinDays: 7) { probability }
         quarter: probabilityOfOrder { withinDays probability low high checked { days said seen customers } }
         nextOrderFrom nextOrderAt nextOrderUntil } } } } }`,
  );
  for (const { node } of customers.edges) {
    const { week, quarter, nextOrderFrom, nextOrderAt } = node.lifetimeValue;
    expect(week.probability).toBeLessThan(quarter.probability);
    expect(quarter.low).toBeLessThanOrEqual(quarter.probability);
    expect(quarter.high).toBeGreaterThanOrEqual(quarter.probability);
    expect(Math.abs(quarter.checked.said - quarter.checked.seen)).toBeLessThan(0.12);
    expect(Date.parse(nextOrderFrom)).toBeLessThan(Date.parse(nextOrderAt));
  }
  const { errors } = await shop.execute(
    '{ customers(first: 1, where: { anonymous: false }) { edges { node { lifetimeValue { probabilityOfOrder(withinDays: 0) { low } } } } } }',
  );
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('the probability of being active tells those who left from those who stay', async () => {
  const { rows } = await shop.db.query<{ customer_key: string; p: number }>(
    'SELECT customer_key, probability_alive AS p FROM users.lifetime_value',
  );
  const truth = new Map(
    shop.truth.customers.map(({ userId, churnedAt }) => [`u:${userId}`, churnedAt === null ? 1 : 0]),
  );
  const labels = rows.map(({ customer_key }) => truth.get(customer_key)!);
  // The classic BG/NBD, for which nobody leaves before a second order, is at .48.
  expect(
    rocAuc(
      labels,
      rows.map(({ p }) => p),
    ),
  ).toBeGreaterThan(0.85);
});

describe('the graph', () => {
  test('answers for a customer with segment, churn and lifetime value, each with reasons, age and version', async () => {
    const { customers } = await shop.ask<{
      customers: { edges: { node: Record<string, never> }[]; totalCount: number };
    }>(
      `{ customers(first: 1, orderBy: { field: REVENUE_AT_RISK }) { totalCount edges { node { id externalId anonymous orderCount
           revenue { amountMinor currency } rfm { recencyDays frequency recencyScore frequencyScore monetaryScore monetary { amountMinor } averageOrderValue { amountMinor } }
           segment { name russian: name(locale: RU) asOf model { name version } reasons { code text weight } segment { key size share profile { churnProbability monetary { currency } } } }
           churn { probability low high band horizonDays asOf unavailable { code } model { name version } reasons { code text russian: text(locale: RU) weight } }
           lifetimeValue { probabilityAlive expectedOrders value { amountMinor } low { amountMinor } high { amountMinor } model { name } reasons { text weight } } } } } }`,
    );
    const node = customers.edges[0]!.node as Record<string, Record<string, unknown>>;
    expect(node).toMatchObject({
      anonymous: false,
      revenue: { currency: 'EUR' },
      rfm: { recencyScore: expect.any(Number), monetaryScore: 5 },
      segment: { model: { name: 'users.segmentation', version: 1 }, asOf: expect.any(String) },
      churn: {
        horizonDays: 90,
        unavailable: null,
        band: expect.stringMatching(/LOW|MEDIUM|HIGH/),
        model: { name: 'users.churn', version: 1 },
      },
      lifetimeValue: { model: { name: 'users.lifetime-value' } },
    });
    const reasons = node['churn']!['reasons'] as { text: string; russian: string }[];
    expect(reasons.length).toBeGreaterThan(3);
    for (const { text, russian } of reasons) {
      expect(russian).toMatch(/[а-я]/);
      expect(`${text}${russian}`).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('says which estimators of churn were compared, and which one serves', async () => {
    const { churnOverview } = await shop.ask<{
      churnOverview: { compared: { method: string; auc: number; served: boolean }[] };
    }>('{ churnOverview { compared { method auc served } } }');
    const { compared } = churnOverview;
    const metrics = metricsOf('churn');
    expect(compared.map(({ method }) => method).sort()).toEqual(['BLEND', 'BOOSTING', 'LOGISTIC', 'RECENCY', 'TREE']);
    for (const { method, auc } of compared) expect(auc).toBe(metrics[`${method.toLowerCase()}Auc`]);
    expect(compared.map(({ auc }) => auc)).toEqual(compared.map(({ auc }) => auc).sort((a, b) => b - a));
    expect(compared.filter(({ served }) => served)).toHaveLength(1);
    expect(compared.find(({ served }) => served)!.auc).toBeGreaterThan(metrics['recencyAuc']!);
  });

  test('says how customers fall apart by each algorithm, how well, and by which version', async () => {
    interface Divided {
      customers: number;
      outside: number;
      k: number | null;
      parts: { key: string; name: string; size: number; share: number; segment: { size: number } | null }[];
      [name: string]: unknown;
    }
    const ask = () =>
      shop.ask<Record<'centres' | 'dense' | 'rules', Divided>>(
        `fragment All on Segmentation { algorithm customers outside k eps minPoints silhouette stability persistence asOf
           unavailable { code } model { name version } parts { key name size share segment { size } ruleSegment { name } } }
         { centres: segmentation(algorithm: KMEANS) { ...All } dense: segmentation(algorithm: DBSCAN) { ...All }
           rules: segmentation(algorithm: RULES) { ...All } }`,
      );
    const { centres, dense, rules } = await ask();
    const sizeOf = ({ parts }: Divided): number => parts.reduce((sum, { size }) => sum + size, 0);
    expect(centres).toMatchObject({ model: { name: 'users.segmentation' }, unavailable: null, outside: 0, eps: null });
    expect(centres.parts).toHaveLength(centres.k!);
    expect(sizeOf(centres)).toBe(centres.customers);
    for (const { size, segment } of centres.parts) expect(segment).toEqual({ size });
    expect(centres['silhouette']).toBeGreaterThan(0.1);
    expect(centres['stability']).toBeGreaterThan(0.7);
    expect(dense).toMatchObject({ model: { name: 'users.unusual-customers' }, unavailable: null, minPoints: 8 });
    expect(dense['eps']).toBeGreaterThan(0);
    expect(dense['persistence']).toBeGreaterThan(0);
    expect(dense.parts).toHaveLength(dense.k!);
    expect(dense.outside).toBe(dense.customers - sizeOf(dense));
    expect(dense.outside).toBeGreaterThan(0);
    expect(rules).toMatchObject({ parts: [], model: null, unavailable: { code: 'NOT_ENOUGH_DATA' } });

    for (const [name, count] of [
      ['Some orders', 2],
      ['Many orders', 5],
    ] as const) {
      await shop.ask(`mutation ($input: SaveRuleSegmentInput!) { saveRuleSegment(input: $input) { __typename } }`, {
        input: { name, rule: { orderCount: { range: { gte: count } } } },
      });
    }
    const { rules: two } = await ask();
    const { rows } = await shop.db.query<{ customers: number; some: number; many: number }>(
      'SELECT count(*) AS customers, count(*) FILTER (WHERE order_count >= 2) AS some, count(*) FILTER (WHERE order_count >= 5) AS many FROM users.customer',
    );
    const { customers, some, many } = rows[0]!;
    expect([two.customers, two.outside]).toEqual([customers, customers - some]);
    expect(two.parts.map(({ name, size }) => [name, size])).toEqual([
      ['Some orders', some],
      ['Many orders', many],
    ]);
    expect(two).toMatchObject({ unavailable: null, asOf: expect.any(String) });
    await shop.db.query('DELETE FROM users.rule_segment');
  });

  test('says what would change a churn probability: what the served model gives for the changed features', async () => {
    interface WhatIf {
      code: 'ORDER_NOW' | 'VISITS' | 'NO_ORDER';
      text: string;
      ru: string;
      probability: number;
      change: number;
    }
    const { customers } = await shop.ask<{
      customers: { edges: { node: { id: string; churn: { probability: number; whatIf: WhatIf[] } } }[] };
    }>(
      `{ customers(first: 60, orderBy: { field: REVENUE_AT_RISK }) { edges { node { id
           churn { probability whatIf { code text(locale: EN) ru: text(locale: RU) probability change } } } } } }`,
    );
    const keys = customers.edges.map(({ node }) => keyOf('Customer', node.id)!);
    const cases = await loadChurnCases(shop.db, keys);
    const said: WhatIf[] = [];
    for (const [i, { node }] of customers.edges.entries()) {
      const { probability, whatIf } = node.churn;
      const { features, scorer } = cases[i]!;
      for (const one of whatIf) {
        const columns = toScoredColumns(afterChange(features, one.code)!);
        const { logOdds } = explainChurn(scorer, columns);
        expect(one.probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 12);
        expect(one.change).toBeCloseTo(one.probability - probability, 5);
        const [from, to] = [Math.round(100 * probability), Math.round(100 * one.probability)];
        expect(one.text).toContain(`from ${from}% to ${to}%`);
        expect(one.ru).toContain(`с ${from} % до ${to} %`);
        said.push(one);
      }
      expect(whatIf.map(({ change }) => -Math.abs(change))).toEqual(
        whatIf.map(({ change }) => -Math.abs(change)).sort((a, b) => a - b),
      );
    }
    // In the shop whose truth is known who orders stays and who waits goes: nearly always the model has it so.
    for (const [code, sign] of [
      ['ORDER_NOW', -1],
      ['NO_ORDER', 1],
    ] as const) {
      const of = said.filter((one) => one.code === code);
      expect(of.length).toBeGreaterThan(30);
      expect(of.filter(({ change }) => Math.sign(change) === sign).length / of.length).toBeGreaterThan(0.9);
    }
  });

  test('walks all customers page by page, each once, in every order and direction', async () => {
    const { customers } = await shop.ask<{ customers: { totalCount: number } }>(
      '{ customers(where: { orderCount: { range: { gte: 6 } } }) { totalCount } }',
    );
    for (const field of ['REVENUE', 'ORDER_COUNT', 'LAST_SEEN', 'CHURN_PROBABILITY', 'REVENUE_AT_RISK']) {
      for (const direction of ['ASC', 'DESC']) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: {
            customers: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
          } = await shop.ask(
            `query ($after: String) { customers(first: 100, after: $after, orderBy: { field: ${field}, direction: ${direction} },
                 where: { orderCount: { range: { gte: 6 } } }) { pageInfo { endCursor hasNextPage } edges { node { id } } } }`,
            { after },
          );
          seen.push(...page.customers.edges.map((edge) => edge.node.id));
          after = page.customers.pageInfo.hasNextPage ? page.customers.pageInfo.endCursor : null;
        } while (after);
        expect(seen.length, `${field} ${direction}`).toBe(customers.totalCount);
        expect(new Set(seen).size).toBe(customers.totalCount);
      }
    }
  });

  test('counts the days since the latest order alike wherever they are told', async () => {
    const { customers } = await shop.ask<{
      customers: {
        edges: {
          node: { rfm: { recencyDays: number }; lifetimeValue: { reasons: { code: string; text: string }[] } };
        }[];
      };
    }>(
      `{ customers(first: 50, where: { anonymous: false, orderCount: { range: { gte: 1 } } }) { edges { node { rfm { recencyDays }
           lifetimeValue { reasons { code text } } } } } }`,
    );
    expect(customers.edges.length).toBe(50);
    for (const { node } of customers.edges) {
      const { text } = node.lifetimeValue.reasons.find(({ code }) => code === 'STILL_ACTIVE')!;
      expect(text).toMatch(new RegExp(` was ${node.rfm.recencyDays} days? ago`));
    }
  });

  test('puts first of whom most can still be saved, not those who have left for certain', async () => {
    const { customers } = await shop.ask<{
      customers: { edges: { node: { revenue: { amountMinor: number }; churn: { probability: number | null } } }[] };
    }>(
      '{ customers(first: 100, orderBy: { field: REVENUE_AT_RISK }) { edges { node { revenue { amountMinor } churn { probability } } } } }',
    );
    const listed = customers.edges.map(({ node }) => ({
      revenue: node.revenue.amountMinor,
      p: node.churn.probability ?? 0,
    }));
    const toSave = listed.map(({ revenue, p }) => revenue * p * (1 - p));
    for (let i = 1; i < toSave.length; i++) expect(toSave[i]).toBeLessThanOrEqual(toSave[i - 1]! * (1 + 1e-12));
    // By what is lost, revenue × p, the best customers who have gone would be at the top.
    const { rows } = await shop.db.query<{ p: number }>(
      `SELECT s.probability AS p FROM users.customer c JOIN users.churn_score s USING (customer_key)
       ORDER BY c.revenue_minor * s.probability DESC LIMIT 20`,
    );
    const gone = (all: { p: number }[]): number => all.filter(({ p }) => p > 0.9).length;
    expect(gone(rows)).toBeGreaterThan(gone(listed.slice(0, 20)));
  });

  test('tells those with an account from visitors without one', async () => {
    const list = 'totalCount edges { node { anonymous } }';
    interface Listed {
      totalCount: number;
      edges: { node: { anonymous: boolean } }[];
    }
    const { everyone, accounts, visitors } = await shop.ask<Record<'everyone' | 'accounts' | 'visitors', Listed>>(
      `{ everyone: customers { ${list} } accounts: customers(where: { anonymous: false }, first: 100) { ${list} }
         visitors: customers(where: { anonymous: true }, first: 100) { ${list} } }`,
    );
    expect(accounts.totalCount).toBeGreaterThan(0);
    expect(visitors.totalCount).toBeGreaterThan(0);
    expect(accounts.totalCount + visitors.totalCount).toBe(everyone.totalCount);
    expect(new Set(accounts.edges.map(({ node }) => node.anonymous))).toEqual(new Set([false]));
    expect(new Set(visitors.edges.map(({ node }) => node.anonymous))).toEqual(new Set([true]));
  });

  test('lists segments with their customers, and finds each again by id', async () => {
    const { segments } = await shop.ask<{
      segments: { id: string; key: string; size: number; description: string; customers: { totalCount: number } }[];
    }>('{ segments { id key size description customers(first: 1) { totalCount } } }');
    expect(segments.length).toBeGreaterThanOrEqual(3);
    for (const { id, key, size, description, customers } of segments) {
      expect(customers.totalCount).toBe(size);
      expect(description).not.toMatch(/NaN|undefined/);
      const { node, filtered } = await shop.ask<{ node: object; filtered: { totalCount: number } }>(
        'query ($id: ID!) { node(id: $id) { id ... on Segment { key } } filtered: customers(where: { segment: $id }) { totalCount } }',
        { id },
      );
      expect(node).toEqual({ id, key });
      expect(filtered.totalCount).toBe(size);
    }
  });

  test('says why there is no number for a visitor, and null for what does not exist', async () => {
    const { rows } = await shop.db.query<{ id: string }>(
      'SELECT external_id AS id FROM users.customer WHERE anonymous LIMIT 1',
    );
    const answer = await shop.ask<Record<string, unknown>>(
      `query ($visitor: String) { customer(externalId: $visitor) { anonymous segment { name } churn { probability horizonDays unavailable { code text } }
         lifetimeValue { value { amountMinor } unavailable { code } } } missing: customer(externalId: "nobody") { id } wrong: node(id: "bm9uc2Vuc2U") { id } }`,
      { visitor: rows[0]!.id },
    );
    expect(answer).toMatchObject({
      customer: {
        anonymous: true,
        segment: null,
        churn: { probability: null, horizonDays: 90, unavailable: { code: 'NOT_ENOUGH_DATA' } },
        lifetimeValue: { value: null, unavailable: { code: 'NOT_ENOUGH_DATA' } },
      },
      missing: null,
      wrong: null,
    });
  });

  test('refuses cursors of another order and segments that are none', async () => {
    const { customers } = await shop.ask<{ customers: { pageInfo: { endCursor: string } } }>(
      '{ customers(first: 1) { pageInfo { endCursor } } }',
    );
    for (const query of [
      `{ customers(after: "${customers.pageInfo.endCursor}", orderBy: { field: LAST_SEEN }) { edges { cursor } } }`,
      '{ customers(after: "nonsense") { edges { cursor } } }',
      '{ customers(where: { segment: "x" }) { edges { cursor } } }',
      '{ customers(first: 101) { edges { cursor } } }',
    ]) {
      const { errors } = await shop.execute(query);
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    }
  });
});

describe('the overview of churn', () => {
  test('adds up: bands and scores to the whole, segments to no more than it', async () => {
    interface Total {
      customers: number;
      expectedChurners: number;
      revenueAtRisk: { amountMinor: number; currency: string };
    }
    const { churnOverview } = await shop.ask<{
      churnOverview: Total & {
        horizonDays: number;
        bands: (Total & { band: string })[];
        segments: (Total & { segment: { key: string } })[];
        rules: { text: string; russian: string; customers: number; left: number }[];
        unavailable: null;
        model: { name: string };
      };
    }>(
      `{ churnOverview { horizonDays customers expectedChurners revenueAtRisk { amountMinor currency } bands { band customers revenueAtRisk { amountMinor } }
           segments { segment { key } customers expectedChurners revenueAtRisk { amountMinor } } rules { text russian: text(locale: RU) customers left }
           unavailable { code } asOf model { name version } } }`,
    );
    const { rows } = await shop.db.query('SELECT count(*) AS n, sum(probability) AS p FROM users.churn_score');
    expect(churnOverview).toMatchObject({
      customers: rows[0].n,
      horizonDays: 90,
      unavailable: null,
      model: { name: 'users.churn' },
    });
    expect(churnOverview.expectedChurners).toBeCloseTo(rows[0].p, 6);
    expect(churnOverview.bands.map(({ band }) => band)).toEqual(['LOW', 'MEDIUM', 'HIGH']);
    const sum = (of: Total[]): number => of.reduce((total, { revenueAtRisk }) => total + revenueAtRisk.amountMinor, 0);
    expect(sum(churnOverview.bands) / churnOverview.revenueAtRisk.amountMinor).toBeCloseTo(1, 6);
    expect(churnOverview.bands.reduce((total, { customers }) => total + customers, 0)).toBe(rows[0].n);
    expect(sum(churnOverview.segments)).toBeLessThanOrEqual(
      churnOverview.revenueAtRisk.amountMinor + churnOverview.segments.length,
    );
    expect(churnOverview.rules.length).toBeGreaterThan(2);
    for (const { text, russian, customers, left } of churnOverview.rules) {
      expect(text).toMatch(/^[A-Z][^:;]+\.$/);
      expect(russian).toMatch(/^[А-Я][^:;]+\.$/);
      expect(customers).toBeGreaterThan(0);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(1);
    }
  });

  test('agrees with the scores by count, the expected leavers of the hold-out with those that left', () => {
    const { meanProbability, baseRate } = metricsOf('churn') as { meanProbability: number; baseRate: number };
    expect(Math.abs(meanProbability - baseRate)).toBeLessThan(0.06);
  });
});

test('unusual customers come the farthest first, with weights that add up to the squared distance', async () => {
  const { unusualCustomers } = await shop.ask<{
    unusualCustomers: {
      distance: number;
      customer: { externalId: string };
      reasons: { text: string; weight: number }[];
      model: { name: string };
    }[];
  }>(
    '{ unusualCustomers(first: 50) { distance customer { externalId } reasons { text weight } asOf model { name } } }',
  );
  expect(unusualCustomers.length).toBeGreaterThan(5);
  const distances = unusualCustomers.map(({ distance }) => distance);
  expect(distances).toEqual([...distances].sort((a, b) => b - a));
  for (const { distance, reasons, model } of unusualCustomers) {
    expect(distance).toBeGreaterThanOrEqual(2);
    expect(reasons.reduce((total, { weight }) => total + weight, 0) / distance ** 2).toBeCloseTo(1, 6);
    expect(model.name).toBe('users.unusual-customers');
  }
});

test('training again keeps the segments’ ids, and the answers are one version’s only', async () => {
  const ids = async (): Promise<{ id: string; key: string }[]> =>
    (await shop.db.query('SELECT id, key FROM users.segment ORDER BY key')).rows;
  const before = await ids();
  const again = await shop.train('segmentation');
  expect(again).toMatchObject({ status: 'SUCCEEDED', version: { number: 2 } });
  expect(await ids()).toEqual(before);
  const { rows } = await shop.db.query(
    'SELECT DISTINCT version_id FROM (SELECT version_id FROM users.segment UNION ALL SELECT version_id FROM users.customer_segment) v',
  );
  expect(rows).toHaveLength(1);
  const answer = await shop.ask<{
    segments: { key: string; size: number; history: { size: number; model: { version: number } }[] }[];
    segmentFlow: {
      from: { version: number };
      to: { version: number };
      moves: { from: string; to: string; stayed: boolean; customers: number }[];
    };
  }>(
    `{ segments { key size history { size share asOf model { version } } }
       segmentFlow { from { version } to { version } moves { from to stayed customers } } }`,
  );
  for (const { size, history } of answer.segments) {
    expect(history.map(({ model }) => model.version)).toEqual([2, 1]);
    expect(history[0]!.size).toBe(size);
  }
  // Same data, same seed: nobody moved.
  expect(answer.segmentFlow).toMatchObject({ from: { version: 1 }, to: { version: 2 } });
  expect(answer.segmentFlow.moves.every(({ stayed, from, to }) => stayed && from === to)).toBe(true);
  expect(answer.segmentFlow.moves.reduce((sum, { customers }) => sum + customers, 0)).toBe(
    answer.segments.reduce((sum, { size }) => sum + size, 0),
  );
});
