import { fitLogistic } from '@cda/platform/ml/logistic-regression.ts';
import type { Random } from '@cda/platform/ml/random.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import { categoryLeaning, priceLeaning } from './affinity.ts';
import { type Candidates, type CustomerScores, type EvidenceModel, evidenceModels } from './candidates.ts';
import { type Trends, trendDays } from './popularity.ts';
import { expectedGapDays } from './re-buy.ts';

/** One request with its known outcome. */
export interface Query {
  customer: number;
  /** Moment of the request; only what came before is used. */
  day: number;
  /** Products that were bought then. */
  targets: ReadonlySet<number>;
}

/** Log-odds that a product is in the next order: intercept + Σ weights · features. */
export interface Ranker {
  intercept: number;
  /** In the order of `featureNames`; zero where a feature is not used. */
  weights: Float64Array;
}

/** How candidates' scores become one score: products new to the customer and products that they own are two questions. */
export interface Blend {
  /** Score of each evidence model that counts as one step; logarithms above it. */
  scales: Record<EvidenceModel, number>;
  /** Products that are new to the customer. */
  fresh: Ranker;
  /** Products that they own. */
  owned: Ranker;
  /** Products that are new to the customer, beside a cart. */
  cart: Ranker;
}

/** What a list is made for: the next order, or to complete the cart. */
export type Occasion = 'order' | 'cart';

/** The ranker of products that are new to a customer, or that they own. */
export const rankerOf = (blend: Blend, isOwned: boolean, occasion: Occasion): Ranker =>
  isOwned ? blend.owned : occasion === 'cart' ? blend.cart : blend.fresh;

/** A cart of one order with what else the order held. */
export interface BasketQuery extends Query {
  /** Products that lay in the cart; they are no targets. */
  cart: readonly number[];
}

/** What a ranker sees of a product, in order. Those from `frequency` on are zero for products that are new to the customer. */
export const featureNames = [
  ...evidenceModels,
  'trend7',
  'trend14',
  'trend30',
  'trend90',
  'popularity',
  'category',
  'price',
  'group',
  'frequency',
  'ordersSince',
  'orderCount',
  'tooSoon',
  'overdue',
] as const;
export type FeatureName = (typeof featureNames)[number];

const first = {
  trend: evidenceModels.length,
  popularity: evidenceModels.length + trendDays.length,
  category: evidenceModels.length + trendDays.length + 1,
  price: evidenceModels.length + trendDays.length + 2,
  group: evidenceModels.length + trendDays.length + 3,
};
const freshCount = first.group + 1;
/** Whether a feature speaks for a product or not at all: it must never count against what it is evidence for. */
const isEvidence = (f: number): boolean => f < evidenceModels.length || f === first.group;

/** Writes the features of one product into `out` (length of `featureNames`). O(1). */
export function writeFeatures(
  candidates: Candidates,
  scales: Blend['scales'],
  scores: CustomerScores,
  product: number,
  out: Float64Array,
): void {
  let f = 0;
  for (const model of evidenceModels) out[f++] = saturate(scores.evidence[model][product]!, scales[model]);
  for (const trend of scores.trends) out[f++] = Math.log1p(trend[product]!);
  out[f++] = Math.log1p(candidates.popularity[product]!);
  out[f++] = categoryLeaning(scores.affinity, candidates.shelf, product);
  out[f++] = priceLeaning(scores.affinity, candidates.shelf, product);
  out[f++] = groupLeaning(candidates, scores, product);
  const j = scores.owned[product]!;
  if (j < 0) {
    out.fill(0, f);
    return;
  }
  const { profile } = scores;
  out[f++] = Math.log(profile.frequency[j]! + 0.02);
  out[f++] = Math.log1p(profile.ordersSince[j]!);
  out[f++] = Math.log1p(profile.orderCount);
  const gap = expectedGapDays(profile, j, candidates.reBuy);
  const elapsed = gap > 0 ? Math.log(Math.max(0.5, profile.day - profile.lastDay[j]!) / gap) : 0;
  out[f++] = Math.min(3, Math.max(0, -elapsed));
  out[f] = Math.min(3, Math.max(0, elapsed));
}

/** How much more often the customer's taste group buys a product than everybody, as a logarithm; 0 where they are in none. */
export const groupLeaning = ({ groups }: Candidates, { group }: CustomerScores, product: number): number =>
  group < 0 ? 0 : groups.groups[group]!.lean[product]!;

/** ln(1 + s / scale), zero for scores below zero: the second reason for a product says less than the first. */
export const saturate = (score: number, scale: number): number => (score > 0 ? Math.log1p(score / scale) : 0);

/** Log-odds of every product for one customer. O(products · evidence models + owned products · features). */
export function scoreProducts(
  candidates: Candidates,
  blend: Blend,
  scores: CustomerScores,
  occasion: Occasion = 'order',
): Float64Array {
  const ranker = rankerOf(blend, false, occasion);
  const out = demandOf(candidates, ranker, scores.trends).terms.slice();
  const { intercept, weights } = ranker;
  for (let i = 0; i < out.length; i++) out[i]! += intercept;
  for (const [f, model] of evidenceModels.entries()) {
    const weight = weights[f]!;
    const evidence = scores.evidence[model];
    const scale = blend.scales[model];
    if (weight === 0) continue;
    for (let i = 0; i < out.length; i++) if (evidence[i]! > 0) out[i]! += weight * saturate(evidence[i]!, scale);
  }
  const { category, price, group } = first;
  for (let i = 0; i < out.length; i++) {
    out[i]! +=
      weights[category]! * categoryLeaning(scores.affinity, candidates.shelf, i) +
      weights[price]! * priceLeaning(scores.affinity, candidates.shelf, i) +
      weights[group]! * groupLeaning(candidates, scores, i);
  }
  const features = new Float64Array(featureNames.length);
  for (const product of scores.profile.products) {
    if (product >= out.length || scores.owned[product]! < 0) continue;
    writeFeatures(candidates, blend.scales, scores, product, features);
    out[product] = rank(blend.owned, features);
  }
  return out;
}

function rank(ranker: Ranker, features: Float64Array): number {
  let sum = ranker.intercept;
  for (let f = 0; f < features.length; f++) sum += ranker.weights[f]! * features[f]!;
  return sum;
}

/** The part of a ranker's score that is the same for all customers: how each product sells now. */
export interface Demand {
  /** By product. */
  terms: Float64Array;
  /** Mean over the catalogue: where "sells well" begins. */
  mean: number;
}

const demands = new WeakMap<Ranker, WeakMap<Trends, Demand>>();

/** Demand terms of every product, kept as long as the ranker and the trends are. O(products) the first time. */
export function demandOf(candidates: Candidates, ranker: Ranker, trends: Trends): Demand {
  const known = demands.get(ranker) ?? new WeakMap<Trends, Demand>();
  demands.set(ranker, known);
  const before = known.get(trends);
  if (before !== undefined) return before;
  const n = candidates.products;
  const terms = Float64Array.from({ length: n }, (_, i) => {
    let sum = ranker.weights[first.popularity]! * Math.log1p(candidates.popularity[i]!);
    for (const [k, trend] of trends.entries()) sum += ranker.weights[first.trend + k]! * Math.log1p(trend[i]!);
    return sum;
  });
  const demand = { terms, mean: terms.reduce((a, b) => a + b, 0) / Math.max(1, n) };
  known.set(trends, demand);
  return demand;
}

export interface BlendOptions {
  /** Queries that are learnt from at most, drawn at random. */
  queries: number;
  /** Candidates of each query that come from each evidence model; half as many come from what sells now. */
  perModel: number;
}

export const blendDefaults: BlendOptions = { queries: 3000, perModel: 120 };

/**
 * Learns the weights from past requests whose outcome is known: among the candidates that each model would have shown, which
 * were bought? Two logistic regressions, one for new products and one for owned ones, so that their log-odds can stand in
 * one list; and one for new products beside a cart, taught by `baskets`. Evidence never counts against a product: a model whose weight would be negative is left out.
 *
 * O(queries · (products + candidates · features²)).
 */
export function fitBlend(
  candidates: Candidates,
  scorer: (customer: number, day: number, cart?: readonly number[]) => CustomerScores,
  queries: readonly Query[],
  random: Random,
  { baskets = [], ...options }: BlendOptions & { baskets?: readonly BasketQuery[] } = blendDefaults,
): Blend {
  const draw = <One extends Query>(all: readonly One[]): One[] => random.shuffle(all.slice()).slice(0, options.queries);
  const score = (query: Query, cart: readonly number[]) => {
    const scores = scorer(query.customer, query.day, cart);
    return { query, scores, pool: freshPool(scores, options.perModel) };
  };
  const scored = draw(queries).map((query) => score(query, []));
  const carts = draw(baskets).map((query) => score(query, query.cart));
  const scales = Object.fromEntries(
    evidenceModels.map((model) => [
      model,
      scaleOf([...scored, ...carts].map(({ scores, pool }) => [scores.evidence[model], pool] as const)),
    ]),
  ) as Blend['scales'];

  const fresh = rows();
  const owned = rows();
  const cart = rows();
  const features = new Float64Array(featureNames.length);
  const addPool = (to: ReturnType<typeof rows>, { query, scores, pool }: (typeof scored)[number]): void => {
    for (const product of pool) {
      writeFeatures(candidates, scales, scores, product, features);
      to.add(features, query.targets.has(product));
    }
  };
  for (const one of carts) addPool(cart, one);
  for (const one of scored) {
    const { query, scores } = one;
    addPool(fresh, one);
    for (const product of scores.profile.products) {
      if (product >= candidates.products || scores.owned[product]! < 0) continue;
      writeFeatures(candidates, scales, scores, product, features);
      owned.add(features, query.targets.has(product));
    }
  }
  const all = featureNames.map((_, f) => f);
  // Few visits of the day before leave a cart: too little to learn from what it says of the next order.
  const withoutCart = all.filter((f) => f !== evidenceModels.indexOf('together'));
  const forFresh = fitRanker(
    fresh,
    withoutCart.filter((f) => f < freshCount),
  );
  return {
    scales,
    fresh: forFresh,
    owned: fitRanker(owned, withoutCart),
    cart:
      carts.length > 0
        ? fitRanker(
            cart,
            all.filter((f) => f < freshCount),
          )
        : forFresh,
  };
}

/** Candidates among the products that a customer does not own, ascending. */
function freshPool(scores: CustomerScores, perModel: number): Int32Array {
  const pool = new Set<number>();
  const take = (values: Float64Array, count: number): void => {
    const free = values.map((value, i) => (scores.owned[i]! < 0 && value > 0 ? value : Number.NEGATIVE_INFINITY));
    for (const product of topK(free, count)) pool.add(product);
  };
  for (const model of evidenceModels) take(scores.evidence[model], perModel);
  take(scores.trends[1]!, perModel >> 1);
  return Int32Array.from(pool).sort();
}

/** Median of the positive scores. */
function scaleOf(parts: readonly (readonly [Float64Array, Int32Array])[]): number {
  const positive: number[] = [];
  for (const [values, pool] of parts) for (const i of pool) if (values[i]! > 0) positive.push(values[i]!);
  positive.sort((a, b) => a - b);
  return positive[positive.length >> 1] ?? 1;
}

function rows() {
  const values: number[] = [];
  const labels: number[] = [];
  return {
    values,
    labels,
    add: (features: Float64Array, bought: boolean): void => {
      for (const value of features) values.push(value);
      labels.push(bought ? 1 : 0);
    },
  };
}

/** Ridge logistic regression on columns scaled to unit deviation; weights are given back on the features' own scale. */
function fitRanker({ values, labels }: ReturnType<typeof rows>, usable: readonly number[]): Ranker {
  const d = featureNames.length;
  const n = labels.length;
  const bought = labels.reduce((a, b) => a + b, 0);
  const weights = new Float64Array(d);
  // Nothing to tell apart: evidence alone orders the products, each model alike.
  if (bought === 0 || bought === n) {
    weights.fill(1, 0, evidenceModels.length);
    weights[first.popularity] = 0.1;
    return { intercept: Math.log((bought + 0.5) / (n - bought + 0.5)), weights };
  }
  const mean = new Float64Array(d);
  const deviation = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let f = 0; f < d; f++) mean[f]! += values[i * d + f]! / n;
  for (let i = 0; i < n; i++) for (let f = 0; f < d; f++) deviation[f]! += (values[i * d + f]! - mean[f]!) ** 2 / n;
  let used = usable.filter((f) => deviation[f]! > 1e-12);
  for (;;) {
    const x = new Float64Array(n * used.length);
    for (let i = 0; i < n; i++) {
      for (const [column, f] of used.entries()) {
        x[i * used.length + column] = (values[i * d + f]! - mean[f]!) / Math.sqrt(deviation[f]!);
      }
    }
    const model = fitLogistic(x, labels, used.length, { l2: 1 });
    const against = used.filter((f, column) => isEvidence(f) && model.coefficients[column]! < 0);
    if (against.length > 0) {
      used = used.filter((f) => !against.includes(f));
      continue;
    }
    let intercept = model.intercept;
    for (const [column, f] of used.entries()) {
      weights[f] = model.coefficients[column]! / Math.sqrt(deviation[f]!);
      intercept -= weights[f]! * mean[f]!;
    }
    return { intercept, weights };
  }
}
