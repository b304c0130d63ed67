import {
  brierScore,
  type CalibrationBin,
  calibrationError,
  calibrationTable,
} from '@cda/platform/ml/classification-metrics.ts';
import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { drawBeta, drawExponential, drawGamma } from '@cda/platform/ml/sampling.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import {
  type BgNbdModel,
  type BgNbdParameters,
  type BgNbdPrior,
  expectedOrders,
  fitBgNbd,
  type LogPrior,
  logProbabilityOfOrders,
  type PurchaseHistories,
  probabilityAlive,
  probabilityOfOrder,
  timeToNextOrder,
} from './bg-nbd.ts';
import { expectedOrderValue, fitGammaGamma, type GammaGammaModel } from './gamma-gamma.ts';
import { drawParameters } from './parameter-draws.ts';

/** Purchases of n customers, in weeks; a day with orders is one purchase. */
export interface Purchases extends PurchaseHistories {
  /** Mean revenue of a purchase in minor units; 0 where all of it was given away. */
  meanValue: Float64Array;
}

export interface LifetimeValueInput {
  /** Keys of n customers. */
  customers: string[];
  /** As of now. */
  purchases: Purchases;
  /** The customers of an earlier moment as they stood then, and what they did until now. */
  earlier: { purchases: Purchases; weeks: number; later: Float64Array; laterRevenue: Float64Array };
}

/** Answers for all customers, in the order of the input; the next 12 months. */
export interface FittedLifetimeValue {
  probabilityAlive: Float64Array;
  expectedOrders: Float64Array;
  /** Minor units; NaN-free: 0 where an order's value is unknown. */
  orderValue: Float64Array;
  value: Float64Array;
  /** Bounds of the 90 % interval of what the customer will bring; for the upper bound of those who hardly come back see `simulate`. */
  low: Float64Array;
  high: Float64Array;
  /** 1 where the upper bound is of the futures with another order only. */
  highIfBack: Uint8Array;
  /** Median weeks to the next purchase of an active customer. */
  nextInWeeks: Float64Array;
  /** The model that answers, and how far probabilities of an order held in the hold-out. */
  orders: BgNbdModel;
  reliability: { weeks: number; curve: CalibrationBin[] };
}

const YEAR_WEEKS = 365.25 / 7;
const normal = (mean: number, deviation: number): LogPrior => ({ mean, deviation });

/**
 * Wide priors, in weeks: most shops see an order every few weeks to months from their buyers and lose a fifth after an order. Worth a
 * handful of customers: they steady a shop's first weeks and vanish in its first hundreds.
 */
const ORDER_PRIOR: BgNbdPrior = [
  normal(Math.log(0.6), 1),
  normal(Math.log(6), 1),
  normal(Math.log(0.6), 1),
  normal(Math.log(2.5), 1),
];
const VALUE_PRIOR = [normal(Math.log(4), 1), normal(Math.log(3), 0.7), normal(0, 1.5)] as const;

/**
 * The classic model, which takes everybody with one order for active however long ago it was, has to foresee orders better by this
 * much, in log-likelihood a customer, to serve.
 */
const CLASSIC_MARGIN = 0.01;

/** Where fewer orders than this came in the hold-out, errors of forecasts cannot be told apart: intervals are judged instead. */
const FEWEST_LATER = 30;

/** At most so many customers, evenly drawn, are fitted on and judged by; all are scored. */
const MOST_FITTED = 50_000;
/** Simulated futures of each history, fewer where there are very many in all; `back` of those who hardly come back. */
const FUTURES = { usual: 400, least: 60, back: 200, budget: 12_000_000 };

/**
 * Fits BG/NBD and its variant in which customers may leave at once; the variant serves unless what came in the hold-out is clearly
 * likelier by the classic. Gamma-Gamma gives an order's value. Intervals come from simulated futures: parameters drawn from their uncertainty, a customer's own rate and
 * faithfulness drawn from what their history leaves open, then orders and amounts.
 *
 * @throws RangeError without customers.
 */
export function train(input: LifetimeValueInput, { seed, progress }: TrainOptions): Trained<FittedLifetimeValue> {
  const earlier = takeEarlier(input.earlier);
  const candidates = [false, true].map((leavesAtOnce) => {
    const model = fitBgNbd(earlier.purchases, { prior: ORDER_PRIOR, leavesAtOnce });
    return { model, logLikelihood: laterLogLikelihood(model, earlier) };
  });
  const [classic, atOnce] = candidates as [(typeof candidates)[number], (typeof candidates)[number]];
  const best = atOnce.logLikelihood >= classic.logLikelihood - CLASSIC_MARGIN ? atOnce : classic;
  progress(0.3);
  const carriedOn = Float64Array.from(earlier.later, (_, i) => {
    const { frequency, age } = earlier.purchases;
    return age[i]! > 0 ? (frequency[i]! / age[i]!) * earlier.weeks : 0;
  });
  const expected = forecast(best.model, earlier.purchases, earlier.weeks);
  const error = rootMeanSquare(expected, earlier.later);
  const ordered = Array.from(earlier.later, (count) => (count > 0 ? 1 : 0));
  const said = Float64Array.from(ordered, (_, i) => {
    const { frequency, recency, age } = earlier.purchases;
    return probabilityOfOrder(best.model, frequency[i]!, recency[i]!, age[i]!, earlier.weeks);
  });
  const pastValues = fitValues(earlier.purchases);
  const judged = simulate(
    best.model,
    pastValues,
    earlier.purchases,
    worth(expected, pastValues, earlier.purchases),
    earlier.weeks,
    seed,
  );
  const carriedOnError = rootMeanSquare(carriedOn, earlier.later);
  const customers = earlier.later.length;
  let inside = 0;
  for (let i = 0; i < customers; i++) {
    if (earlier.laterRevenue[i]! >= judged.low[i]! - 1 && earlier.laterRevenue[i]! <= judged.high[i]! + 1) inside++;
  }
  progress(0.5);

  const orders = fitBgNbd(takePurchases(input.purchases), {
    prior: ORDER_PRIOR,
    leavesAtOnce: best.model.leavesAtOnce ?? false,
  });
  const values = fitValues(input.purchases);
  progress(0.6);
  const { frequency, recency, age } = input.purchases;
  const n = frequency.length;
  const yearOrders = forecast(orders, input.purchases, YEAR_WEEKS);
  const worths = worth(yearOrders, values, input.purchases);
  const { orderValue, value } = worths;
  const { low, high, highIfBack } = simulate(orders, values, input.purchases, worths, YEAR_WEEKS, seed, (part) =>
    progress(0.6 + 0.4 * part),
  );
  return {
    fitted: {
      probabilityAlive: Float64Array.from({ length: n }, (_, i) =>
        probabilityAlive(orders, frequency[i]!, recency[i]!, age[i]!),
      ),
      expectedOrders: yearOrders,
      orderValue,
      value,
      low,
      high,
      highIfBack,
      nextInWeeks: Float64Array.from({ length: n }, (_, i) => timeToNextOrder(orders, frequency[i]!, age[i]!)),
      orders,
      reliability: { weeks: earlier.weeks, curve: calibrationTable(ordered, said) },
    },
    rows: n,
    params: {
      orders: parametersOf(orders),
      ...(values ? { values: { p: values.p, q: values.q, gamma: values.gamma } } : {}),
    },
    metrics: {
      ordersError: error,
      carriedOnError,
      bgNbdLogLikelihood: classic.logLikelihood,
      mbgNbdLogLikelihood: atOnce.logLikelihood,
      ordersForeseen: sum(expected),
      ordersSeen: sum(earlier.later),
      buyersForeseen: sum(said),
      buyersSeen: sum(Float64Array.from(ordered)),
      orderBrier: brierScore(ordered, said) ?? 0,
      orderCalibrationError: calibrationError(ordered, said) ?? 0,
      intervalCoverage: customers > 0 ? inside / customers : 0,
      holdOutCustomers: customers,
    },
    primary:
      sum(earlier.later) >= FEWEST_LATER
        ? {
            name: 'ordersError',
            value: error,
            baselineName: 'order rate carried on',
            baseline: carriedOnError,
            higherIsBetter: false,
          }
        : {
            name: 'intervalMisses',
            value: customers > 0 ? 1 - inside / customers : 0,
            baselineName: 'what a 90 % interval may miss',
            // The tenth that it leaves out, and twice the standard error of so few customers.
            baseline: 0.1 + 2 * Math.sqrt(0.09 / Math.max(1, customers)),
            higherIsBetter: false,
          },
  };
}

const parametersOf = ({ r, alpha, a, b, leavesAtOnce, logLikelihood }: BgNbdModel) => ({
  r,
  alpha,
  a,
  b,
  leavesAtOnce,
  logLikelihood,
});

function forecast(model: BgNbdParameters, { frequency, recency, age }: PurchaseHistories, weeks: number): Float64Array {
  return Float64Array.from(frequency, (x, i) => expectedOrders(model, x, recency[i]!, age[i]!, weeks));
}

function fitValues({ frequency, meanValue }: Purchases): GammaGammaModel | undefined {
  const paying = Array.from(meanValue, (_, i) => i).filter((i) => meanValue[i]! > 0);
  if (paying.length === 0) return undefined;
  const step = Math.max(1, Math.ceil(paying.length / MOST_FITTED));
  const rows = paying.filter((_, at) => at % step === 0);
  return fitGammaGamma(
    Float64Array.from(rows, (i) => frequency[i]! + 1),
    Float64Array.from(rows, (i) => meanValue[i]!),
    VALUE_PRIOR,
  );
}

/** Expected value of an order and of all expected orders of each customer, in minor units; 0 where no order's value is known. */
interface Worth {
  orderValue: Float64Array;
  value: Float64Array;
}

function worth(
  expected: Float64Array,
  values: GammaGammaModel | undefined,
  { frequency, meanValue }: Purchases,
): Worth {
  const orderValue = Float64Array.from(meanValue, (mean, i) =>
    values === undefined ? 0 : expectedOrderValue(values, mean > 0 ? frequency[i]! + 1 : 0, mean),
  );
  return { orderValue, value: expected.map((count, i) => count * orderValue[i]!) };
}

/**
 * Bounds between which 90 % of the simulated futures of each customer end, in minor units. Where hardly a future brings an order,
 * its 95 % quantile is 0, or below the mean `value`, and would say that nothing can come: the upper bound is then the 95 % quantile of
 * the futures in which the customer does order again, so that the interval holds more than 90 %.
 *
 * Of more customers than the budget has futures for, those of one history (see `sameHistories`) share the futures of the first of them:
 * how often they may order is the same, and what they may bring is in proportion to the expected value of their orders.
 * O(histories · futures · orders).
 */
function simulate(
  orders: BgNbdModel,
  values: GammaGammaModel | undefined,
  purchases: Purchases,
  { orderValue, value }: Worth,
  weeks: number,
  seed: number,
  progress?: (fraction: number) => void,
): { low: Float64Array; high: Float64Array; highIfBack: Uint8Array } {
  const { frequency, recency, age, meanValue } = purchases;
  const n = frequency.length;
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  const highIfBack = new Uint8Array(n);
  if (values === undefined) return { low, high, highIfBack };
  const firstOf = n * FUTURES.usual > FUTURES.budget ? sameHistories(purchases) : undefined;
  const histories = firstOf === undefined ? n : firstOf.reduce((count, first, i) => count + (first === i ? 1 : 0), 0);
  const futures = Math.round(Math.min(FUTURES.usual, Math.max(FUTURES.least, FUTURES.budget / Math.max(1, histories))));
  const random = createRandom(seed);
  const worlds = Array.from({ length: futures }, () => ({
    orders: drawParameters(random, [orders.r, orders.alpha, orders.a, orders.b], orders.covariance),
    values: drawParameters(random, [values.p, values.q, values.gamma], values.covariance),
  }));
  const ordersIn = worlds.map(({ orders: [r, alpha, a, b] }) => {
    return { r: r!, alpha: alpha!, a: a!, b: b!, leavesAtOnce: orders.leavesAtOnce ?? false };
  });
  const amount = (i: number, f: number, count: number): number => {
    const [p, q, gamma] = worlds[f]!.values as [number, number, number];
    const known = meanValue[i]! > 0 ? frequency[i]! + 1 : 0;
    const scale = drawGamma(random, q + p * known, gamma + known * meanValue[i]!);
    return drawGamma(random, p * count, scale);
  };
  const brought = new Float64Array(futures);
  const back = new Float64Array(Math.min(FUTURES.back, futures));
  for (let i = 0; i < n; i++) {
    const first = firstOf?.[i] ?? i;
    if (first !== i) {
      const scale = orderValue[i]! / orderValue[first]!;
      highIfBack[i] = highIfBack[first]!;
      low[i] = Math.min(low[first]! * scale, value[i]!);
      high[i] = Math.max(high[first]! * scale, value[i]!);
      continue;
    }
    const x = frequency[i]!;
    for (let f = 0; f < futures; f++) {
      const model = ordersIn[f]!;
      brought[f] = 0;
      if (random.next() >= probabilityAlive(model, x, recency[i]!, age[i]!)) continue;
      const count = drawOrders(random, model, x, age[i]!, weeks);
      if (count > 0) brought[f] = amount(i, f, count);
    }
    brought.sort();
    low[i] = quantile(brought, 0.05);
    high[i] = quantile(brought, 0.95);
    if (high[i]! <= value[i]!) {
      highIfBack[i] = 1;
      // Nobody orders less than once on coming back; where active customers hardly order, one order it is.
      for (let f = 0; f < back.length; f++) {
        back[f] = amount(i, f, Math.max(1, drawOrders(random, ordersIn[f]!, x, age[i]!, weeks)));
      }
      high[i] = Math.max(quantile(back.sort(), 0.95), value[i]!);
    }
    if (i % 1000 === 0) progress?.(i / n);
  }
  return { low, high, highIfBack };
}

/** Of sorted values; rounded away from the middle. */
const quantile = (sorted: Float64Array, part: number): number =>
  sorted[(part < 0.5 ? Math.floor : Math.ceil)(part * (sorted.length - 1))]!;

/** Orders of an active customer until the time is over or they leave. */
function drawOrders(
  random: Random,
  { r, alpha, a, b, leavesAtOnce }: BgNbdParameters,
  x: number,
  age: number,
  weeks: number,
): number {
  const rate = drawGamma(random, r + x, alpha + age);
  const leave = drawBeta(random, a, b + x + (leavesAtOnce ? 1 : 0));
  let count = 0;
  for (let time = drawExponential(random, rate); time <= weeks && count < 2000; time += drawExponential(random, rate)) {
    count++;
    if (random.next() < leave) break;
  }
  return count;
}

/** Mean log-likelihood of the orders that customers placed in the hold-out. O(orders). */
function laterLogLikelihood(
  model: BgNbdParameters,
  { purchases, weeks, later }: LifetimeValueInput['earlier'],
): number {
  let total = 0;
  for (let i = 0; i < later.length; i++) {
    const history = { x: purchases.frequency[i]!, tx: purchases.recency[i]!, T: purchases.age[i]! };
    total += logProbabilityOfOrders(model, history, weeks, later[i]!);
  }
  return later.length > 0 ? total / later.length : 0;
}

/**
 * For each customer the first one with the same history: as many orders, the same recency and age to the week, and amounts known or
 * not. O(n).
 */
function sameHistories({ frequency, recency, age, meanValue }: Purchases): Int32Array {
  const firstOf = new Map<number, number>();
  return Int32Array.from(frequency, (x, i) => {
    const key = ((x * 4096 + Math.round(recency[i]!)) * 4096 + Math.round(age[i]!)) * 2 + (meanValue[i]! > 0 ? 1 : 0);
    const first = firstOf.get(key) ?? i;
    if (first === i) firstOf.set(key, i);
    return first;
  });
}

/** Every so many-th row, such that at most `MOST_FITTED` are left. */
function evenly(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.ceil(values.length / MOST_FITTED));
  return step === 1
    ? values
    : Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]!);
}

const takePurchases = ({ frequency, recency, age, meanValue }: Purchases): Purchases => ({
  frequency: evenly(frequency),
  recency: evenly(recency),
  age: evenly(age),
  meanValue: evenly(meanValue),
});

const takeEarlier = ({ purchases, weeks, later, laterRevenue }: LifetimeValueInput['earlier']) => ({
  purchases: takePurchases(purchases),
  weeks,
  later: evenly(later),
  laterRevenue: evenly(laterRevenue),
});

function rootMeanSquare(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - b[i]!) ** 2;
  return a.length > 0 ? Math.sqrt(total / a.length) : 0;
}

const sum = (values: Float64Array): number => values.reduce((total, v) => total + v, 0);
