import { createRandom } from '@cda/platform/ml/random.ts';
import type { RankingQuality } from '@cda/platform/ml/ranking-metrics.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { activeProducts, compact, expand } from './active-products.ts';
import { fitShelf } from './affinity.ts';
import { type BasketQuery, type Blend, blendDefaults, fitBlend, type Query, scoreProducts } from './blend.ts';
import {
  type CandidateOptions,
  type Candidates,
  type Catalogue,
  type CustomerScores,
  candidateDefaults,
  createScorer,
  fitCandidates,
  profileOnly,
} from './candidates.ts';
import { type CoPurchases, fitCoPurchases, togetherAsItems } from './co-purchase.ts';
import { type ContentVectors, contentVectors, cosineOf, fitContent, type ProductContent } from './content-model.ts';
import { evaluate, type Mask } from './evaluate.ts';
import { expandFactors, factorsAsItems, fitFactors } from './factor-model.ts';
import { filterInteractions, firstRowAt, historyBefore, type Interactions, kinds } from './interactions.ts';
import { addScores, type ItemModel } from './item-model.ts';
import { fitNeighbours } from './item-neighbours.ts';
import { type NextOrderOptions, nextOrderMoments, ordersOf, solveNextOrder } from './next-order-model.ts';
import { buyers, type Trends, trendsAt } from './popularity.ts';
import { type Profile, toProfile } from './profile.ts';
import { fitReBuy } from './re-buy.ts';
import { fitTasteGroups } from './taste-groups.ts';
import { solveTaste, type TasteOptions, tasteGram, tasteMatrix } from './taste-model.ts';
import { judgeUnseen } from './unseen-products.ts';

export interface HybridInput {
  interactions: Interactions;
  /** By product. */
  contents: ProductContent[];
  /** Moment of the fit in days since the epoch; nothing later is in the data. */
  asOfDay: number;
}

/** What is compared on the hold-out. */
export type Pipeline = 'hybrid' | 'popular' | 'recent' | 'personal' | 'itemKnn';
type PipelineQuality = Record<Pipeline, RankingQuality>;

/** Everything that serving needs. */
export interface HybridModel {
  candidates: Candidates;
  blend: Blend;
  trends: Trends;
  vectors: ContentVectors;
  coPurchases: CoPurchases;
  /** Whether each kind of list beats the best baseline on the hold-out; one that does not is served by that baseline. */
  beatsBaseline: { fresh: boolean; owned: boolean };
}

/** Days of the hold-out; longer where too few customers come back. */
const windows = [28, 56, 91];
const enoughQueries = 600;
const evaluatedQueries = 1500;
const penaltyQueries = 500;
/** Products of an order beyond which it is a pallet, and tells nothing of carts. */
const longestBasket = 50;
/** Inputs of a product's model while penalties are tried: fewer cost an eighth and rank the penalties alike. */
const triedNeighbours = 50;
/** Days after which an interaction counts 1/e: for a shop whose range moves, and for one whose range stands. */
const tasteDecays = [120, 365];
/** Numbers of tastes that are tried: few for a shop whose customers fall into kinds, more where everybody is their own. */
const tasteCounts = [8, 16, 32];

/**
 * Fits the recommendations of a shop and judges them on a later window.
 *
 * Three moments: candidates fitted before T₁ and orders from T₁ to T₂ choose the penalties and teach the blend; candidates fitted
 * before T₂ with that blend are judged on orders from T₂ to the end; what is served is fitted on everything, its blend taught
 * by the latest window. The measure that decides is NDCG@10 of products new to the customer against the best of popular,
 * recently popular and item-kNN.
 */
export function train(input: HybridInput, options: TrainOptions): Trained<HybridModel> {
  const { interactions: data, asOfDay } = input;
  const random = createRandom(options.seed);
  const vectors = contentVectors(input.contents);
  const windowDays = chooseWindow(data, asOfDay);
  const holdOut = asOfDay - windowDays;
  const inner = holdOut - windowDays;

  const catalogue = { contents: input.contents, model: fitContent(vectors) };
  const innerQueries = queriesOf(data, inner, holdOut, random);
  const { candidates: early, options: chosen } = fitWithPenalties(data, catalogue, inner, innerQueries);
  options.progress(0.4);
  const innerBaskets = basketsOf(data, inner, holdOut, random);
  const rehearsed = fitBlend(
    early,
    createScorer(early, data, daysOf([...innerQueries, ...innerBaskets])),
    innerQueries,
    createRandom(options.seed),
    { ...blendDefaults, baskets: innerBaskets },
  );
  options.progress(0.55);

  const past = before(data, holdOut);
  const middle = fitCandidates(past, catalogue, holdOut, chosen);
  const queries = queriesOf(data, holdOut, asOfDay, random);
  const baskets = basketsOf(data, holdOut, asOfDay, random);
  const scorer = createScorer(middle, data, daysOf([...queries, ...baskets]));
  const pipelines = pipelinesOf(middle, rehearsed, past, holdOut);
  const shape = {
    products: data.products,
    popularity: middle.popularity,
    customers: data.customers,
    likeness: (a: number, b: number) => cosineOf(vectors.vectors, a, b),
  };
  const { fresh, owned, all } = evaluate(queries, scorer, pipelines, shape);
  options.progress(0.8);

  const cart = judgeCarts(middle, rehearsed, baskets, scorer, shape);
  const unseen = judgeUnseen(data, catalogue.model, queries, middle, options.seed);
  // A ranker that does not tell more of a cart than the usual one stays at home.
  const learned = fitBlend(middle, scorer, queries, createRandom(options.seed), { ...blendDefaults, baskets });
  const blend = cart.cart.ndcg10 > cart.order.ndcg10 ? learned : { ...learned, cart: learned.fresh };
  const candidates = fitCandidates(data, catalogue, asOfDay, chosen);
  options.progress(0.95);
  const bestFresh = bestBaseline(fresh, ['popular', 'recent', 'itemKnn']);
  const bestOwned = bestBaseline(owned, ['personal', 'popular', 'recent']);
  const fitted: HybridModel = {
    candidates,
    blend,
    trends: trendsAt(data, [asOfDay]).get(Math.floor(asOfDay))!,
    vectors,
    coPurchases: fitCoPurchases(data),
    beatsBaseline: {
      fresh: fresh.hybrid.ndcg10 > bestFresh.value,
      owned: owned.hybrid.ndcg10 > bestOwned.value,
    },
  };
  options.progress(1);
  return {
    fitted,
    rows: data.product.length,
    params: {
      windowDays,
      customers: data.customers,
      products: data.products,
      tasteLambda: chosen.taste.lambda,
      tasteDecayDays: chosen.taste.decayDays,
      tastes: chosen.factors.factors,
      nextOrderLambda: chosen.nextOrder.lambda,
      neighbours: chosen.nextOrder.neighbours,
    },
    metrics: {
      queries: fresh.hybrid.queries,
      ...named('new', fresh),
      ...named('again', owned),
      ...named('all', all),
      ...named('cart', cart),
      ...Object.fromEntries(Object.entries(unseen).map(([name, value]) => [`unseen.${name}`, value])),
      ...byActivity(queries, scorer, pipelines, shape, data),
    },
    primary: {
      name: 'NDCG@10 of new products',
      value: fresh.hybrid.ndcg10,
      baselineName: bestFresh.name,
      baseline: bestFresh.value,
      higherIsBetter: true,
    },
  };
}

const daysOf = (queries: readonly Query[]): number[] => queries.map(({ day }) => day);

const before = (data: Interactions, day: number): Interactions =>
  filterInteractions(data, (row) => data.day[row]! < day);

/** The shortest window with enough customers who come back in it; two of them take half of the shop's history at most. */
function chooseWindow(data: Interactions, asOfDay: number): number {
  const span = asOfDay - data.day.reduce((a, b) => Math.min(a, b), asOfDay);
  let chosen = windows[0]!;
  for (const days of windows) {
    if (4 * days > span) break;
    chosen = days;
    if (queriesOf(data, asOfDay - days, asOfDay).length >= enoughQueries) break;
  }
  return chosen;
}

/**
 * Customers who bought from `from` to `to` and had a past on the morning of the first day on which they did: each is asked once,
 * that morning, and what they bought from then on is what was right. Nothing of the visit that led to the order is seen.
 * Drawn at random where there are many.
 */
function queriesOf(data: Interactions, from: number, to: number, random?: ReturnType<typeof createRandom>): Query[] {
  const queries: Query[] = [];
  for (let customer = 0; customer < data.customers; customer++) {
    const end = firstRowAt(data, customer, to);
    let day: number | undefined;
    const targets = new Set<number>();
    for (let row = firstRowAt(data, customer, from); row < end; row++) {
      if (data.kind[row] !== kinds.purchase) continue;
      day ??= Math.max(from, Math.floor(data.day[row]!));
      targets.add(data.product[row]!);
    }
    if (day !== undefined && firstRowAt(data, customer, day) > data.offsets[customer]!)
      queries.push({ customer, day, targets });
  }
  return random === undefined ? queries : random.shuffle(queries).slice(0, evaluatedQueries);
}

/**
 * Each customer's first order of two products and more from `from` to `to`: a random half of it lies in the cart, the others are what
 * completes it. Of what the customer did before it, nothing of that day is seen.
 */
function basketsOf(
  data: Interactions,
  from: number,
  to: number,
  random: ReturnType<typeof createRandom>,
): BasketQuery[] {
  const queries: BasketQuery[] = [];
  for (let customer = 0; customer < data.customers; customer++) {
    const history = { ...data, from: firstRowAt(data, customer, from), to: firstRowAt(data, customer, to) };
    for (const order of ordersOf(history)) {
      const products = [...new Set(data.product.subarray(order.from, order.to))];
      if (products.length < 2 || products.length > longestBasket) continue;
      random.shuffle(products);
      const cart = products.slice(0, products.length >> 1);
      const day = Math.max(from, Math.floor(data.day[order.from]!));
      queries.push({ customer, day, cart, targets: new Set(products.slice(cart.length)) });
      break;
    }
  }
  return random.shuffle(queries).slice(0, evaluatedQueries);
}

/** How well carts are completed by new products: by the ranker of carts, by that of the next order, and by co-purchase alone. */
function judgeCarts(
  candidates: Candidates,
  blend: Blend,
  baskets: readonly BasketQuery[],
  scorer: (customer: number, day: number, cart?: readonly number[]) => CustomerScores,
  shape: { products: number; popularity: Float64Array; customers: number },
): Record<'cart' | 'order' | 'together', RankingQuality> {
  let basket: BasketQuery;
  // What lies in the cart is not shown: it cannot be what completes it.
  const outOfCart = (values: Float64Array): Float64Array => {
    const out = values.slice();
    for (const product of basket.cart) out[product] = Number.NEGATIVE_INFINITY;
    return out;
  };
  let next = 0;
  return evaluate(
    baskets,
    (customer, day) => {
      basket = baskets[next++]!;
      return scorer(customer, day, basket.cart);
    },
    {
      cart: (scores) => outOfCart(scoreProducts(candidates, blend, scores, 'cart')),
      order: (scores) => outOfCart(scoreProducts(candidates, blend, scores)),
      together: ({ evidence }) => outOfCart(evidence.together),
    },
    { ...shape, masks: ['fresh'] },
  ).fresh;
}

/**
 * Candidates on what happened before `day`, with ridge penalties chosen by NDCG@10 on the queries: that of the taste model on new
 * products, that of the next-order model on all.
 */
function fitWithPenalties(
  data: Interactions,
  catalogue: Catalogue,
  day: number,
  queries: readonly Query[],
): { candidates: Candidates; options: CandidateOptions } {
  const past = before(data, day);
  const { profile, taste, factors, nextOrder, activeProducts: limit } = candidateDefaults;
  const active = activeProducts(past, limit);
  const pairs = compact(past, active);
  const ofAll = (model: ItemModel): ItemModel => expand(model, active, data.products);
  const moments = nextOrderMoments(pairs, day, nextOrder, profile);
  const sample = queries.slice(0, penaltyQueries);
  const shape = { products: data.products, popularity: buyers(past), customers: data.customers };
  const best = <Options>(
    mask: Mask,
    choices: readonly Options[],
    fit: (options: Options) => ItemModel,
    query: (profile: Profile) => Float64Array,
  ): Options => {
    const tried = choices.map((options, choice) => ({ choice, options, model: fit(options) }));
    const pipelines = Object.fromEntries(
      tried.map(({ model, choice }) => [
        choice,
        (scores: CustomerScores) => {
          const values = new Float64Array(data.products);
          addScores(model.byInput, scores.profile.products, query(scores.profile), values);
          return values;
        },
      ]),
    );
    const quality = evaluate(sample, profiler, pipelines, { ...shape, masks: [mask] })[mask];
    return tried.reduce((a, b) => (quality[b.choice]!.ndcg10 > quality[a.choice]!.ndcg10 ? b : a)).options;
  };
  const profiler = (customer: number, at: number): CustomerScores =>
    profileOnly(toProfile(historyBefore(data, customer, at), at, profile), data.products);
  const penalties = [1, 1 / 3, 3];
  const grams = new Map(
    tasteDecays.map((decayDays) => [decayDays, tasteGram(pairs, day, { ...taste, decayDays }, profile)]),
  );
  const fitTasteOf = (options: TasteOptions): ItemModel =>
    ofAll(solveTaste(grams.get(options.decayDays)!, pairs.products, options));
  const fitNextOf = (options: NextOrderOptions): ItemModel => ofAll(solveNextOrder(moments, pairs.products, options));
  const chosenTaste = best(
    'fresh',
    tasteDecays.flatMap((decayDays) =>
      penalties.map((factor) => ({ ...taste, decayDays, lambda: taste.lambda * factor })),
    ),
    (options) => fitTasteOf({ ...options, keep: triedNeighbours }),
    (own) => own.taste,
  );
  const spaces = new Map(
    tasteCounts.map((count) => [
      count,
      expandFactors(fitFactors(pairs, day, { ...factors, factors: count }, profile), active, data.products),
    ]),
  );
  const chosenCount = best(
    'fresh',
    tasteCounts,
    (count) => factorsAsItems(spaces.get(count)!, factors.keep),
    (own) => own.taste,
  );
  const space = spaces.get(chosenCount)!;
  const chosenNext = best(
    'all',
    penalties.map((factor) => ({ ...nextOrder, lambda: nextOrder.lambda * factor })),
    (options) => fitNextOf({ ...options, neighbours: triedNeighbours }),
    (own) => own.basket,
  );
  return {
    options: {
      profile,
      taste: chosenTaste,
      factors: { ...factors, factors: chosenCount },
      nextOrder: chosenNext,
      activeProducts: limit,
    },
    candidates: {
      products: data.products,
      taste: fitTasteOf(chosenTaste),
      factors: factorsAsItems(space, factors.keep),
      space,
      groups: fitTasteGroups(past, day, space, catalogue.contents, { profiles: profile }),
      nextOrder: fitNextOf(chosenNext),
      content: catalogue.model,
      together: togetherAsItems(fitCoPurchases(past)),
      reBuy: fitReBuy(past, day),
      popularity: shape.popularity,
      profile,
      shelf: fitShelf(catalogue.contents, shape.popularity),
    },
  };
}

/** What is compared, as scores of all products for one customer. */
function pipelinesOf(
  candidates: Candidates,
  blend: Blend,
  past: Interactions,
  day: number,
): Record<Pipeline, (scores: CustomerScores) => Float64Array> {
  const neighbours = fitNeighbours(tasteMatrix(past, day, { decayDays: Number.POSITIVE_INFINITY, damping: 0 }));
  return {
    hybrid: (scores) => scoreProducts(candidates, blend, scores),
    popular: () => candidates.popularity,
    recent: ({ trends }) => trends[2]!,
    personal: ({ profile }) => {
      // The customer's own counts; what they never bought follows by popularity.
      const values = candidates.popularity.map((count) => count / (1 + past.customers));
      for (let j = 0; j < profile.products.length; j++) values[profile.products[j]!]! += profile.orders[j]!;
      return values;
    },
    itemKnn: ({ profile }) => {
      const values = new Float64Array(candidates.products);
      const seen = Float64Array.from(profile.taste, (weight) => (weight > 0 ? 1 : 0));
      addScores(neighbours.byInput, profile.products, seen, values);
      return values;
    },
  };
}

function bestBaseline(
  quality: PipelineQuality,
  names: readonly (keyof PipelineQuality)[],
): { name: string; value: number } {
  const titles = {
    hybrid: 'hybrid',
    popular: 'popular',
    recent: 'popular in the last 30 days',
    personal: 'own counts',
    itemKnn: 'item-kNN',
  };
  return names
    .map((name) => ({ name: titles[name], value: quality[name].ndcg10 }))
    .reduce((a, b) => (b.value > a.value ? b : a));
}

function named(prefix: string, quality: Record<string, RankingQuality>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [pipeline, measures] of Object.entries(quality)) {
    for (const measure of [
      'recall20',
      'ndcg10',
      'ndcg100',
      'map20',
      'hitRate10',
      'coverage20',
      'novelty20',
      'diversity10',
      'popularityBias10',
    ] as const) {
      out[`${prefix}.${pipeline}.${measure}`] = measures[measure];
    }
  }
  return out;
}

/** NDCG@10 and recall@20 of new products, by every pipeline, for customers with one order, two to four, five and more. */
function byActivity(
  queries: readonly Query[],
  scorer: (customer: number, day: number) => CustomerScores,
  pipelines: Record<Pipeline, (scores: CustomerScores) => Float64Array>,
  shape: { products: number; popularity: Float64Array; customers: number },
  past: Interactions,
): Record<string, number> {
  const groups = { oneOrder: [] as Query[], twoToFour: [] as Query[], fiveAndMore: [] as Query[] };
  for (const query of queries) {
    const history = historyBefore(past, query.customer, query.day);
    const orders = new Set<number>();
    for (let row = history.from; row < history.to; row++)
      if (past.kind[row] === kinds.purchase) orders.add(past.order[row]!);
    if (orders.size >= 5) groups.fiveAndMore.push(query);
    else if (orders.size >= 2) groups.twoToFour.push(query);
    else if (orders.size === 1) groups.oneOrder.push(query);
  }
  const out: Record<string, number> = {};
  for (const [group, some] of Object.entries(groups)) {
    const { fresh } = evaluate(some, scorer, pipelines, { ...shape, masks: ['fresh'] });
    out[`new.queries.${group}`] = fresh.hybrid.queries;
    for (const [pipeline, { ndcg10, recall20 }] of Object.entries(fresh)) {
      out[`new.${pipeline}.ndcg10.${group}`] = ndcg10;
      out[`new.${pipeline}.recall20.${group}`] = recall20;
    }
  }
  return out;
}
