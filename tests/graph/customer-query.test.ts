import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { type Answer, ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

vi.setConfig({ hookTimeout: 240_000 });

let graph: OpenGraph;
let token: string;

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  ({ token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' }));
});

afterAll(() => graph?.[Symbol.asyncDispose]());

const fields = `name
  segment { name reasons { text } }
  churn { probability low high reasons { text weight } asOf model { version } }
  lifetimeValue { value { amountMinor currency } low { amountMinor } high { amountMinor } asOf }
  recommendations(first: 5) { edges { node {
    product { name price { amountMinor currency } elasticity { value low high unavailable { text } } } reasons { text } } } }`;

const page = (first: number): string =>
  `{ customers(first: ${first}, where: { orderCount: { range: { gte: 3 } } }, orderBy: { field: REVENUE }) { edges { node { id ${fields} } } }
     metrics(range: LAST_28_DAYS) { revenue { amountMinor } } }`;

/** Statements that the subgraphs' request pools send while `work` runs; projectors and jobs have pools of their own. */
async function countStatements(work: () => Promise<Answer>): Promise<{ answer: Answer; statements: number }> {
  const served = new Set<string>(subgraphNames);
  let statements = 0;
  const query = pg.Client.prototype.query;
  const counting = function (this: pg.Client, ...args: unknown[]) {
    const { application_name: name } = (this as unknown as { connectionParameters: { application_name?: string } })
      .connectionParameters;
    if (name !== undefined && served.has(name)) statements++;
    return (query as (...given: unknown[]) => unknown).apply(this, args);
  };
  pg.Client.prototype.query = counting as typeof query;
  try {
    return { answer: await work(), statements };
  } finally {
    pg.Client.prototype.query = query;
  }
}

interface CustomerAnswer {
  id: string;
  name: string | null;
  segment: { name: string; reasons: { text: string }[] } | null;
  churn: {
    probability: number;
    low: number;
    high: number;
    reasons: { text: string; weight: number }[];
    asOf: string;
    model: { version: number };
  };
  lifetimeValue: { value: { amountMinor: number }; low: { amountMinor: number }; high: { amountMinor: number } };
  recommendations: {
    edges: { node: { product: { name: string; price: { amountMinor: number } }; reasons: { text: string }[] } }[];
  };
}

const customersOf = (answer: Answer): CustomerAnswer[] => {
  expect(answer.errors).toBeUndefined();
  return field<{ edges: { node: CustomerAnswer }[] }>(answer, 'customers').edges.map((edge) => edge.node);
};

describe('the customer query', () => {
  test('answers from all four subgraphs, with reasons, intervals, dates and versions', async () => {
    const [first] = customersOf(await ask(graph.gateway.url, page(1), { token }));
    const one = `query ($id: ID!) { customer(id: $id) { ${fields} } metrics(range: LAST_28_DAYS) { revenue { amountMinor } } }`;
    const answer = await ask(graph.gateway.url, one, { token, variables: { id: first?.id } });
    expect(answer.errors).toBeUndefined();
    const customer = field<CustomerAnswer>(answer, 'customer');
    expect(customer.name).toMatch(/\S/);
    expect(customer.segment?.reasons.length).toBeGreaterThan(0);
    expect(customer.churn.low).toBeLessThanOrEqual(customer.churn.probability);
    expect(customer.churn.high).toBeGreaterThanOrEqual(customer.churn.probability);
    // Weights are log-odds and add up to the probability.
    const logOdds = customer.churn.reasons.reduce((sum, reason) => sum + reason.weight, 0);
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(customer.churn.probability, 2);
    expect(customer.lifetimeValue.low.amountMinor).toBeLessThanOrEqual(customer.lifetimeValue.high.amountMinor);
    expect(customer.recommendations.edges).toHaveLength(5);
    for (const { node } of customer.recommendations.edges) {
      expect(node.product.price.amountMinor).toBeGreaterThan(0);
      expect(node.reasons[0]?.text).toMatch(/\S/);
    }
    expect(field<{ revenue: { amountMinor: number } }>(answer, 'metrics').revenue.amountMinor).toBeGreaterThan(0);
  });

  test('costs as many statements for twenty customers as for two', async () => {
    await ask(graph.gateway.url, page(20), { token });
    const two = await countStatements(() => ask(graph.gateway.url, page(2), { token }));
    const twenty = await countStatements(() => ask(graph.gateway.url, page(20), { token }));
    expect(customersOf(two.answer)).toHaveLength(2);
    expect(customersOf(twenty.answer)).toHaveLength(20);
    expect(two.statements).toBeGreaterThan(4);
    expect(twenty.statements).toBe(two.statements);
  });

  test('gives many customers with their lists at once, in the order asked, null where there is none', async () => {
    const known = customersOf(await ask(graph.gateway.url, page(3), { token })).map(({ id }) => id);
    const ids = [known[2]!, 'bm9ib2R5', known[0]!];
    const query = `query ($ids: [ID!]!) { customersById(ids: $ids) {
      id recommendations(first: 2, placement: EMAIL) { edges { node { product { name } } } } } }`;
    const answer = await ask(graph.gateway.url, query, { token, variables: { ids } });
    expect(answer.errors).toBeUndefined();
    const customers = field<(CustomerAnswer | null)[]>(answer, 'customersById');
    expect(customers.map((one) => one?.id ?? null)).toEqual([ids[0], null, ids[2]]);
    expect(customers[0]?.recommendations.edges).toHaveLength(2);
    for (const wrong of [[], Array(51).fill(ids[0])]) {
      const refused = await ask(graph.gateway.url, query, { token, variables: { ids: wrong } });
      expect(refused.codes).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('speaks Russian where it is asked to', async () => {
    const headers = { 'x-cda-locale': 'RU' };
    const [customer] = customersOf(await ask(graph.gateway.url, page(1), { token, headers }));
    expect(customer?.churn.reasons[0]?.text).toMatch(/[а-яё]/i);
    expect(customer?.segment?.name).toMatch(/[а-яё]/i);
    expect(customer?.recommendations.edges[0]?.node.reasons[0]?.text).toMatch(/[а-яё]/i);
  });
});
