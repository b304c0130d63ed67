import { fitBoosting, predictBoosting } from '@cda/platform/ml/gradient-boosting.ts';
import {
  fitLogistic,
  type LogisticModel,
  logOddsError,
  predictLogOdds,
  sigmoid,
} from '@cda/platform/ml/logistic-regression.ts';
import type { ChurnScorer } from './churn-scorer.ts';
import { type Baskets, fitProductReturns, type ProductReturns, productReturn } from './product-returns.ts';
import { applyScaling, fitScaling } from './scaling.ts';
import { fitSeasonCurve, meanSeason, retailCalendar, type SeasonCurve, type WindowShift } from './season-curve.ts';

/** Customers as they stood on one day, features from before it, outcomes from after it. */
export interface ChurnSnapshot {
  /** Days since 1970. */
  day: number;
  /** n numbers of customers, the same in every snapshot and in the baskets. */
  customer: Int32Array;
  /** n × d, row-major. */
  x: Float64Array;
  /** n labels: 1 where no order followed within the horizon; absent while the window is open. */
  left?: Uint8Array;
  /** n labels: 1 where no order followed within the short window; absent while that is open. */
  quiet?: Uint8Array;
}

export interface ChurnSettings {
  horizonDays: number;
  /** Length of the short windows that tell the season. */
  shortDays: number;
  /** First day of the shop's history, days since 1970. */
  firstDay: number;
  /** Names of the d columns. */
  columns: readonly string[];
  baskets: Baskets;
}

/** Everything that turns features into a probability. */
export interface ChurnPipeline extends ChurnScorer {
  season: SeasonCurve;
  products: ProductReturns;
  logistic: LogisticModel;
  /** Deviation, in log-odds, of whole windows around what was expected of them. */
  drift: number;
}

/** So many of the latest closed snapshots take part: older ones tell of another shop. */
export const MOST_SNAPSHOTS = 10;
/** About so many customers tell the season, however many windows there are. */
const SEASON_ROWS = 20_000;
/** On less than a year of history a season can't be told from a trend. */
const SEASON_NEEDS_DAYS = 365;

/**
 * Fits the churn pipeline on snapshots whose windows had closed by `asOfDay`.
 *
 * Every snapshot counts the same, however many customers it holds: each is one draw of the season. A yearly wave enters
 * as a known term: fitted on short windows once there is a year of history, the calendar of retail until then. What customers bought enters as one more column
 * (see product-returns). A ridge logistic regression and shallow boosted trees are fitted on the same columns.
 *
 * @throws RangeError when no snapshot is closed or only one outcome occurs.
 * O(rows · d² + trees · rows · d).
 */
export function fitChurnPipeline(
  snapshots: readonly ChurnSnapshot[],
  settings: ChurnSettings,
  asOfDay: number,
  options: { seed: number; progress?: (fraction: number) => void },
): ChurnPipeline {
  const closed = closedBy(snapshots, asOfDay - settings.horizonDays).slice(-MOST_SNAPSHOTS);
  const { d, rows } = stack(closed, settings.columns.length);
  if (rows === 0) throw new RangeError('no snapshot has a closed window yet');
  const season = fitSeason(snapshots, settings, asOfDay);
  const { x, y, weights, customer, day, offset } = gather(closed, settings, season, rows);
  const positives = y.reduce((sum, v) => sum + v, 0);
  if (positives === 0 || positives === rows) throw new RangeError('every customer had the same outcome');
  const total = weights.reduce((sum, w) => sum + w, 0);
  // The ridge is in proportion to the rows: it stands for noise that does not average out, drift above all.
  const l2 = RIDGE * total;

  const firstScaling = fitScaling(x, d, weights);
  const firstModel = fitLogistic(applyScaling(firstScaling, x), y, d, { l2, weights, offset, covariance: false });
  const firstScores = predictLogOdds(firstModel, applyScaling(firstScaling, x));
  const residual = Float64Array.from(y, (label, i) => label - sigmoid(firstScores[i]! + offset[i]!));
  const products = fitProductReturns(settings.baskets, { customer, day, residual }, 1 / closed.length);

  const wide = new Float64Array(rows * (d + 1));
  for (let i = 0; i < rows; i++) {
    wide.set(x.subarray(i * d, i * d + d), i * (d + 1));
    wide[i * (d + 1) + d] = productReturn(products, settings.baskets, customer[i]!, day[i]!, { training: true });
  }
  const scaling = fitScaling(wide, d + 1, weights);
  const scaled = applyScaling(scaling, wide);
  const start = { intercept: firstModel.intercept, coefficients: Float64Array.of(...firstModel.coefficients, 0) };
  const logistic = fitLogistic(scaled, y, d + 1, { l2, weights, offset, start });
  options.progress?.(0.3);
  const boosting = fitBoosting(scaled, y, d + 1, {
    seed: options.seed,
    weights,
    ...BOOSTING,
    minLeafWeight: Math.max(3, BOOSTING.minLeafWeight * total),
    progress: (fraction) => options.progress?.(0.3 + 0.7 * fraction),
  });
  // The trees know the season of their training windows by its mean only: the difference to the window ahead is added.
  let meanOffset = 0;
  for (let i = 0; i < rows; i++) meanOffset += (weights[i]! / total) * offset[i]!;
  boosting.base -= meanOffset;
  const seasonNow = meanSeason(season, asOfDay, settings.horizonDays);

  const pipeline: ChurnPipeline = {
    scaling,
    season,
    seasonNow,
    products,
    logistic,
    boosting,
    method: 'blend',
    centre: 0,
    slope: 1,
    drift: 0,
  };
  const scores = rawScores(pipeline, scaled);
  let centre = 0;
  for (let i = 0; i < rows; i++) centre += (weights[i]! / total) * scores[i]!;
  pipeline.centre = centre;
  pipeline.drift = driftOf(closed, scores, offset);
  return pipeline;
}

/** Part of the rows' weight that the ridge of the logistic regression carries. */
const RIDGE = 0.015;
const BOOSTING = { trees: 250, depth: 2, learningRate: 0.045, columnShare: 0.3, rowShare: 0.5, minLeafWeight: 0.002 };

/** Log-odds of leaving for the customers of a snapshot, as of the day that the pipeline was fitted for. */
export function scoreChurn(
  pipeline: ChurnPipeline,
  snapshot: Pick<ChurnSnapshot, 'day' | 'customer' | 'x'>,
  settings: ChurnSettings,
): Float64Array {
  const bought = productColumn(pipeline, snapshot, settings);
  return calibrate(pipeline, rawScores(pipeline, scaledColumns(pipeline, snapshot, bought)));
}

/** Scores of a snapshot's customers with what their reasons and intervals need. */
export interface ChurnScores {
  /** n values. */
  logOdds: Float64Array;
  /** n standard errors of the log-odds: of the coefficients, and of the drift from window to window. */
  error: Float64Array;
  /** n values of the last column, what was bought; single precision, as they are kept. */
  productReturn: Float32Array;
}

/** Scores a snapshot's customers as `scoreChurn` does, with standard errors. O(n · (d² + trees)). */
export function scoreChurnWithErrors(
  pipeline: ChurnPipeline,
  snapshot: Pick<ChurnSnapshot, 'day' | 'customer' | 'x'>,
  settings: ChurnSettings,
): ChurnScores {
  const bought = productColumn(pipeline, snapshot, settings);
  const scaled = scaledColumns(pipeline, snapshot, bought);
  const n = snapshot.customer.length;
  return {
    logOdds: calibrate(pipeline, rawScores(pipeline, scaled)),
    error: Float64Array.from({ length: n }, (_, i) =>
      // The covariance takes a customer's snapshots for different people: it is too small by about their number.
      Math.sqrt(MOST_SNAPSHOTS * logOddsError(pipeline.logistic, scaled, i) ** 2 + pipeline.drift ** 2),
    ),
    productReturn: bought,
  };
}

/** The snapshots with a closed horizon on a day, oldest first. */
export function closedBy<Snapshot extends Pick<ChurnSnapshot, 'day' | 'left'>>(
  snapshots: readonly Snapshot[],
  latestDay: number,
): Snapshot[] {
  return snapshots.filter((s) => s.left !== undefined && s.day <= latestDay + 1e-6).sort((a, b) => a.day - b.day);
}

/** Scores before the season and before the pull to the centre. */
function rawScores({ logistic, boosting, method }: ChurnPipeline, scaled: Float64Array): Float64Array {
  if (method === 'boosting') return predictBoosting(boosting, scaled);
  const linear = predictLogOdds(logistic, scaled);
  if (method === 'logistic') return linear;
  const trees = predictBoosting(boosting, scaled);
  return linear.map((value, i) => (value + trees[i]!) / 2);
}

function calibrate({ centre, slope, seasonNow }: ChurnPipeline, scores: Float64Array): Float64Array {
  return scores.map((score) => centre + slope * (score - centre) + seasonNow);
}

/** What was bought, for customers who are scored. Rounded as it is kept, so that a score can be repeated from what is kept. */
function productColumn(
  { products }: ChurnPipeline,
  { day, customer }: Pick<ChurnSnapshot, 'day' | 'customer'>,
  { baskets }: ChurnSettings,
): Float32Array {
  return Float32Array.from(customer, (c) => productReturn(products, baskets, c, day, { training: false }));
}

function scaledColumns(
  { scaling }: ChurnPipeline,
  { x, customer }: Pick<ChurnSnapshot, 'customer' | 'x'>,
  bought: Float32Array,
): Float64Array {
  const n = customer.length;
  const d = scaling.mean.length - 1;
  const wide = new Float64Array(n * (d + 1));
  for (let i = 0; i < n; i++) {
    wide.set(x.subarray(i * d, i * d + d), i * (d + 1));
    wide[i * (d + 1) + d] = bought[i]!;
  }
  return applyScaling(scaling, wide);
}

function stack(snapshots: readonly ChurnSnapshot[], d: number): { d: number; rows: number } {
  return { d, rows: snapshots.reduce((sum, s) => sum + s.customer.length, 0) };
}

function gather(closed: readonly ChurnSnapshot[], settings: ChurnSettings, season: SeasonCurve, rows: number) {
  const d = settings.columns.length;
  const x = new Float64Array(rows * d);
  const y = new Float64Array(rows);
  const weights = new Float64Array(rows);
  const customer = new Int32Array(rows);
  const day = new Float64Array(rows);
  const offset = new Float64Array(rows);
  const filled = closed.filter((s) => s.customer.length > 0).length;
  let at = 0;
  for (const snapshot of closed) {
    const n = snapshot.customer.length;
    x.set(snapshot.x, at * d);
    customer.set(snapshot.customer, at);
    y.set(snapshot.left!, at);
    day.fill(snapshot.day, at, at + n);
    offset.fill(meanSeason(season, snapshot.day, settings.horizonDays), at, at + n);
    weights.fill(rows / filled / n, at, at + n);
    at += n;
  }
  return { x, y, weights, customer, day, offset };
}

/** The season as short windows show it, beyond what their customers' features explain. */
function fitSeason(snapshots: readonly ChurnSnapshot[], settings: ChurnSettings, asOfDay: number): SeasonCurve {
  if (asOfDay - settings.firstDay < SEASON_NEEDS_DAYS) return retailCalendar;
  const windows: ChurnSnapshot[] = [];
  for (const s of [...snapshots].sort((a, b) => a.day - b.day)) {
    const closed = s.quiet !== undefined && s.customer.length > 0 && s.day + settings.shortDays <= asOfDay + 1e-6;
    // Windows that overlap would tell the same orders twice.
    if (closed && s.day - (windows.at(-1)?.day ?? Number.NEGATIVE_INFINITY) >= settings.shortDays - 1e-6)
      windows.push(s);
  }
  const d = settings.columns.length;
  if (windows.length < 6) return retailCalendar;
  // Levels of windows are wanted, not of customers: every n-th customer tells them well enough.
  const step = Math.max(1, Math.round(windows.reduce((sum, s) => sum + s.customer.length, 0) / SEASON_ROWS));
  const sizes = windows.map((s) => Math.ceil(s.customer.length / step));
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const x = new Float64Array(rows * d);
  const y = new Float64Array(rows);
  let at = 0;
  for (const s of windows) {
    for (let i = 0; i < s.customer.length; i += step, at++) {
      x.set(s.x.subarray(i * d, i * d + d), at * d);
      y[at] = s.quiet![i]!;
    }
  }
  const scaled = applyScaling(fitScaling(x, d), x);
  const scores = predictLogOdds(
    fitLogistic(scaled, y, d, { l2: RIDGE * rows, maxIterations: 4, covariance: false }),
    scaled,
  );
  const shifts: WindowShift[] = [];
  at = 0;
  for (const [w, s] of windows.entries()) {
    const n = sizes[w]!;
    const level = fitLogistic(new Float64Array(0), y.subarray(at, at + n), 0, { offset: scores.slice(at, at + n) });
    shifts.push({ day: s.day + settings.shortDays / 2, shift: level.intercept, variance: level.covariance[0]! });
    at += n;
  }
  return fitSeasonCurve(shifts);
}

/** Deviation of whole snapshots' levels around their expectation, at least a tenth: some drift is always to come. */
function driftOf(closed: readonly ChurnSnapshot[], scores: Float64Array, offset: Float64Array): number {
  let at = 0;
  let sum = 0;
  let counted = 0;
  for (const s of closed) {
    const n = s.customer.length;
    if (n > 0) {
      const known = scores.slice(at, at + n).map((score, i) => score + offset[at + i]!);
      sum += fitLogistic(new Float64Array(0), s.left!, 0, { offset: known }).intercept ** 2;
      counted++;
    }
    at += n;
  }
  return Math.max(0.1, Math.sqrt(sum / Math.max(1, counted)));
}
