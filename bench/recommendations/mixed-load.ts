import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import { type DocumentNode, parse } from 'graphql';
import type { BenchShop } from './open-shop.ts';

interface List {
  edges: { node: { product: { id: string } } }[];
}

const list = '{ edges { node { product { id } score reasons { code text weight } } } rules { ruleName } }';
const entityOf = (type: string, field: string): DocumentNode =>
  parse(`query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { list: ${field} ${list} } } }`);
const documents = {
  home: entityOf('Customer', 'recommendations(first: 10)'),
  email: entityOf('Customer', 'recommendations(placement: EMAIL, first: 10)'),
  similar: entityOf('Product', 'similar(first: 10)'),
  popular: parse(`{ list: popularProducts(first: 10) ${list} }`),
  cart: parse(`query ($products: [ID!]!) { list: recommendFor(products: $products, first: 10) ${list} }`),
};

/** Asks for one list of ten; the n-th is always the same. Mostly lists of customers, as a shop asks for them. */
export async function askForList({ truth, execute }: BenchShop, n: number): Promise<string[]> {
  const { customers, products } = truth;
  const customer = toGlobalId('Customer', `u:${customers[(n * 7919) % customers.length]!.userId}`);
  const product = toGlobalId('Product', products[(n * 31) % products.length]!.productId);
  const entities = (document: DocumentNode, type: string, id: string) =>
    execute(document, { of: [{ __typename: type, id }] });
  const kind = n % 10;
  const { data, errors } = await (kind < 5
    ? entities(documents.home, 'Customer', customer)
    : kind < 7
      ? entities(documents.email, 'Customer', customer)
      : kind === 7
        ? entities(documents.similar, 'Product', product)
        : kind === 8
          ? execute(documents.cart, { products: [product] })
          : execute(documents.popular));
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  const found = data as unknown as { list?: List; _entities?: { list: List }[] };
  return (found.list ?? found._entities![0]!.list).edges.map(({ node }) => node.product.id);
}

/** Lists that are waited for at most: a machine that cannot keep up asks for fewer, and the rate says so. */
const mostAtOnce = 200;

export interface MixedLoad {
  perSecond: number;
  latenciesMs: number[];
  /** Lists that were asked for after a rule was saved and show what it excludes. */
  broken: number;
  empty: number;
  /** Whether the retraining ended well. */
  trained: boolean;
}

/**
 * Asks for lists at a steady rate, whether or not earlier ones have come, up to a bound; after a third of the time a rule that excludes a department is
 * saved and a retraining begins. It goes on until that has ended.
 */
export async function mixedLoad(shop: BenchShop, perSecond: number, seconds: number): Promise<MixedLoad> {
  const { rows } = await shop.db.query<{ id: string; department: string }>(
    `SELECT product_id AS id, split_part(category, '>', 1) AS department FROM recommendations.product`,
  );
  const department = rows[0]!.department.trim();
  const excluded = new Set(
    rows.filter((row) => row.department.trim() === department).map(({ id }) => toGlobalId('Product', id)),
  );
  const latenciesMs: number[] = [];
  const pending = new Set<Promise<void>>();
  let broken = 0;
  let empty = 0;
  let asked = 0;
  let isRuled = false;
  let training: Promise<boolean> | undefined;
  let isDone = false;
  const one = async (): Promise<void> => {
    const from = performance.now();
    const ruled = isRuled;
    const products = await askForList(shop, asked++);
    latenciesMs.push(performance.now() - from);
    if (products.length === 0) empty++;
    if (ruled && products.some((id) => excluded.has(id))) broken++;
  };
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  while (elapsed() < seconds || !isDone) {
    if (training === undefined && elapsed() > seconds / 3) {
      training = (async () => {
        await shop.ask(
          `mutation ($rule: MerchandisingRuleInput!) { saveMerchandisingRule(rule: $rule) { __typename } }`,
          { rule: { name: 'Not these', action: 'EXCLUDE', match: { category: department } } },
        );
        isRuled = true;
        return (await shop.train()).status === 'SUCCEEDED';
      })();
      void training.then(() => {
        isDone = true;
      });
    }
    for (let due = Math.floor(elapsed() * perSecond) - asked; due > 0 && pending.size < mostAtOnce; due--) {
      const request = one().finally(() => pending.delete(request));
      pending.add(request);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  return { perSecond: asked / elapsed(), latenciesMs, broken, empty, trained: (await training) ?? false };
}
