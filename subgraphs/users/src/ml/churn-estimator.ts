import {
  averagePrecision,
  brierScore,
  calibrationError,
  logLoss,
  rocAuc,
} from '@cda/platform/ml/classification-metrics.ts';
import { fitLogistic, sigmoid } from '@cda/platform/ml/logistic-regression.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import {
  type ChurnPipeline,
  type ChurnSettings,
  type ChurnSnapshot,
  closedBy,
  fitChurnPipeline,
  scoreChurn,
  scoreChurnWithErrors,
} from './churn-pipeline.ts';
import type { ChurnMethod, ChurnScorer } from './churn-scorer.ts';
import { findRule, fitReadableTree, type ReadableRule } from './readable-tree.ts';

/** A snapshot with the columns of the readable tree beside those of the model. */
export interface ChurnWindow extends ChurnSnapshot {
  /** n × readable, row-major. */
  readable: Float64Array;
}

export interface ChurnInput extends ChurnSettings {
  /** Days since 1970. */
  asOfDay: number;
  /** Names of the readable tree's columns. */
  readable: readonly string[];
  snapshots: ChurnWindow[];
  current: ScoredCustomers;
}

/** All customers as of now, by their numbers. Columns are made a chunk at a time: those of a million would not fit into memory. */
export interface ScoredCustomers {
  /** Days since 1970. */
  day: number;
  count: number;
  /** (to − from) × d columns of customers from..to − 1, row-major. */
  columns(from: number, to: number): Float64Array;
}

/** Customers whose columns are made at once. */
const CHUNK = 8192;

/** Scores of all customers, by number. */
export interface FittedChurn {
  method: ChurnMethod;
  probability: Float64Array;
  /** Bounds of the 90 % interval. */
  low: Float64Array;
  high: Float64Array;
  logOdds: Float64Array;
  /** What the score's last column, what was bought, is for each customer. */
  productReturn: Float32Array;
  /** What the scores are made by: reasons are taken from it. */
  scorer: ChurnScorer;
  /** Readable tree. */
  rules: ReadableRule[];
}

const METHODS: readonly ChurnMethod[] = ['blend', 'logistic', 'boosting'];
/** The blend, which is steadier from window to window, gives way to one of its parts only where that is better by this much AUC. */
const BLEND_MARGIN = 0.001;
/** Hold-outs that choose the method, a horizon apart: their windows don't overlap. */
const MOST_HOLD_OUTS = 2;
/** Ridge that pulls the slope of recalibration to 1, in log-odds: it stands for a deviation of a tenth. */
const SLOPE_RIDGE = 100;
const NINETY_PERCENT = 1.645;

/**
 * Fits the churn model: logistic regression and boosted trees on staggered snapshots, alone and blended; the one that orders customers
 * best on later windows serves, with the spread of its scores corrected by what later windows showed.
 *
 * The hold-out is the latest closed window: nothing that became known after its snapshot takes part in what is measured on it.
 *
 * @throws RangeError without a closed window a horizon before another one, or with one outcome only.
 */
export function train(input: ChurnInput, { seed, progress }: TrainOptions): Trained<FittedChurn> {
  const closed = closedBy(input.snapshots, input.asOfDay - input.horizonDays);
  const latest = closed.at(-1);
  if (latest === undefined) throw new RangeError('no window has closed yet');
  const fit = (day: number): ChurnPipeline => fitChurnPipeline(input.snapshots, input, day, { seed });
  const trainable = (day: number): boolean => {
    const before = closedBy(input.snapshots, day - input.horizonDays);
    return before.length > 0 && before.some(hasBothOutcomes);
  };

  const days = closed
    .map((s) => s.day)
    .filter((day) => trainable(day))
    .reverse();
  if (days[0] !== latest.day) throw new RangeError('there is no closed window a horizon before the latest one');
  const holdOuts: { window: ChurnSnapshot; pipeline: ChurnPipeline }[] = [];
  for (const day of days) {
    if (holdOuts.length === MOST_HOLD_OUTS) break;
    const last = holdOuts.at(-1);
    if (last !== undefined && last.window.day - day < input.horizonDays - 1e-6) continue;
    const window = closed.find((s) => s.day === day)!;
    if (hasBothOutcomes(window)) holdOuts.push({ window, pipeline: fit(day) });
    progress(0.25 * holdOuts.length);
  }
  const first = holdOuts[0];
  if (first === undefined || first.window !== latest) throw new RangeError('every customer had the same outcome');

  const aucOf = (method: ChurnMethod, { window, pipeline }: (typeof holdOuts)[number]): number =>
    rocAuc(window.left!, scoreChurn({ ...pipeline, method }, window, input)) ?? 0.5;
  const mean = (method: ChurnMethod): number =>
    holdOuts.reduce((sum, holdOut) => sum + aucOf(method, holdOut), 0) / holdOuts.length;
  const single = mean('boosting') > mean('logistic') ? 'boosting' : 'logistic';
  const method: ChurnMethod = mean(single) > mean('blend') + BLEND_MARGIN ? single : 'blend';

  const slopes = holdOuts.map(({ window, pipeline }) => slopeOf({ ...pipeline, method }, window, input));
  first.pipeline.method = method;
  // The hold-out's own spread is corrected by the window that had closed when its snapshot was taken.
  first.pipeline.slope = slopes[1] ?? 1;
  progress(0.7);
  const scores = scoreChurn(first.pipeline, latest, input);
  const probabilities = scores.map(sigmoid);
  const labels = latest.left!;
  const r = input.readable.length;
  const recency = input.readable.indexOf('recencyDays');
  const recencies = Float64Array.from(labels, (_, i) => (latest as ChurnWindow).readable[i * r + recency]!);

  const pipeline = fit(input.asOfDay);
  pipeline.method = method;
  pipeline.slope = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
  const { rules, treeAuc } = growTree(input, closed as ChurnWindow[], seed);
  progress(0.9);

  const metrics: Record<string, number> = {
    auc: rocAuc(labels, scores)!,
    averagePrecision: averagePrecision(labels, scores)!,
    brier: brierScore(labels, probabilities)!,
    calibrationError: calibrationError(labels, probabilities)!,
    logLoss: logLoss(labels, probabilities)!,
    baseRate: labels.reduce((sum, v) => sum + v, 0) / labels.length,
    meanProbability: probabilities.reduce((sum, p) => sum + p, 0) / labels.length,
    recencyAuc: rocAuc(labels, recencies)!,
    slope: first.pipeline.slope,
    holdOutCustomers: labels.length,
    ...Object.fromEntries(METHODS.map((each) => [`${each}Auc`, aucOf(each, first)])),
    ...(treeAuc === undefined ? {} : { treeAuc }),
  };
  const fitted = scoreAll(pipeline, input, rules, (part) => progress(0.9 + 0.1 * part));
  progress(1);
  return {
    fitted,
    rows: closed.slice(-10).reduce((sum, s) => sum + s.customer.length, 0),
    params: {
      method,
      horizonDays: input.horizonDays,
      snapshots: Math.min(10, closed.length),
      slope: pipeline.slope,
      drift: pipeline.drift,
      season: pipeline.season,
      rules: rules.map(({ conditions, rows, share }) => ({
        conditions: conditions.map(({ column, ...bounds }) => ({ feature: input.readable[column], ...bounds })),
        rows,
        share,
      })),
    },
    metrics,
    primary: {
      name: 'auc',
      value: metrics['auc']!,
      baselineName: 'recency alone',
      baseline: metrics['recencyAuc']!,
      higherIsBetter: true,
    },
  };
}

/** How far scores really spread: 1 as claimed, below 1 too far. The level of the window is left out: it is the season's. */
function slopeOf(pipeline: ChurnPipeline, window: ChurnSnapshot, settings: ChurnSettings): number {
  const scores = scoreChurn({ ...pipeline, slope: 1 }, window, settings);
  const spread = scores.map((score) => score - pipeline.centre);
  const { coefficients } = fitLogistic(spread, window.left!, 1, { l2: SLOPE_RIDGE, offset: scores });
  return Math.min(1.2, Math.max(0.6, 1 + coefficients[0]!));
}

function scoreAll(
  pipeline: ChurnPipeline,
  input: ChurnInput,
  rules: ReadableRule[],
  progress: (fraction: number) => void,
): FittedChurn {
  const { day, count, columns } = input.current;
  const { scaling, logistic, boosting, method, centre, slope, seasonNow } = pipeline;
  const { intercept, coefficients } = logistic;
  const fitted: FittedChurn = {
    method,
    probability: new Float64Array(count),
    low: new Float64Array(count),
    high: new Float64Array(count),
    logOdds: new Float64Array(count),
    productReturn: new Float32Array(count),
    scorer: { scaling, logistic: { intercept, coefficients }, boosting, method, centre, slope, seasonNow },
    rules,
  };
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const customer = Int32Array.from({ length: to - from }, (_, i) => from + i);
    const { logOdds, error, productReturn } = scoreChurnWithErrors(
      pipeline,
      { day, customer, x: columns(from, to) },
      input,
    );
    fitted.logOdds.set(logOdds, from);
    fitted.productReturn.set(productReturn, from);
    for (let i = 0; i < to - from; i++) {
      fitted.probability[from + i] = sigmoid(logOdds[i]!);
      fitted.low[from + i] = sigmoid(logOdds[i]! - NINETY_PERCENT * error[i]!);
      fitted.high[from + i] = sigmoid(logOdds[i]! + NINETY_PERCENT * error[i]!);
    }
    progress(to / count);
  }
  return fitted;
}

/** Grows the readable tree on the latest window, and measures one grown on the latest window before the hold-out. */
function growTree(
  input: ChurnInput,
  closed: readonly ChurnWindow[],
  seed: number,
): { rules: ReadableRule[]; treeAuc: number | undefined } {
  const d = input.readable.length;
  const latest = closed.at(-1)!;
  const before = closed.filter((s) => s.day <= latest.day - input.horizonDays + 1e-6).at(-1);
  let treeAuc: number | undefined;
  if (before !== undefined) {
    const earlier = fitReadableTree(before.readable, before.left!, d, { seed });
    const shares = Float64Array.from(latest.left!, (_, i) => findRule(earlier, latest.readable, d, i)?.share ?? 0.5);
    treeAuc = rocAuc(latest.left!, shares);
  }
  return { rules: fitReadableTree(latest.readable, latest.left!, d, { seed }), treeAuc };
}

function hasBothOutcomes({ left }: ChurnSnapshot): boolean {
  return left?.includes(0) === true && left.includes(1);
}
