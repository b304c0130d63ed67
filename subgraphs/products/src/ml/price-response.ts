import { invertPositiveDefinite, solvePositiveDefinite } from '@cda/platform/ml/least-squares.ts';
import { type Shrunken, shrinkTowardsGroups } from '@cda/platform/ml/shrinkage.ts';
import type { PricePanel } from './price-panel.ts';

/**
 * How units scatter about their mean.
 * `log`: the logarithm of units has constant variance; weeks without a sale must be left out of the panel.
 * `count`: units have variance φμ + κμ², so weeks without a sale count for what they are.
 */
export type ResponseFamily = 'log' | 'count';

/** Demand equations of all products, fitted together. */
export interface PriceResponse {
  readonly family: ResponseFamily;
  /** productCount: log units at price 1 without promotion; NaN for a product without cells. */
  readonly intercept: Float64Array;
  /** weekCount: effect of the week on log units of an average product, mean 0 over the cells. */
  readonly weekEffect: Float64Array;
  /** productCount: how many times the week effect moves this product; 1 on average. */
  readonly seasonality: Float64Array;
  /** Effect on log units of a whole week's promotion and of a whole week without stock; 0 where they never vary. */
  readonly promotionEffect: number;
  readonly stockOutEffect: number;
  /** productCount: elasticity after shrinkage, and its standard deviation; the category's expectation where `identified` is 0. */
  readonly elasticity: Float64Array;
  readonly deviation: Float64Array;
  /** productCount: elasticity and standard error from the product's own weeks alone; NaN where `identified` is 0. */
  readonly ownElasticity: Float64Array;
  readonly ownDeviation: Float64Array;
  /** productCount: 1 where the product's own weeks carry information about its price. */
  readonly identified: Uint8Array;
  /** productCount: elasticity = own · ownElasticity + category · its category's mean + rest · overall mean. */
  readonly ownWeight: Float64Array;
  readonly categoryWeight: Float64Array;
  /** categoryCount: mean of the category's products before it is pulled; NaN where none is identified. */
  readonly categoryMean: Float64Array;
  readonly overallMean: number;
  readonly overallDeviation: number;
  /** Standard deviation of true elasticities inside a category. */
  readonly spread: number;
  /** How far hanging-together of neighbouring weeks inflates variances, ≥ 1. */
  readonly serialFactor: number;
}

interface Options {
  readonly family: ResponseFamily;
  /** productCount: 1 where the product may have an elasticity of its own; the others keep their category's. */
  readonly eligible: Uint8Array;
  /** Fits levels, weeks and controls only: the baseline for which the price does not matter. */
  readonly ignorePrice?: boolean;
  readonly progress?: (fraction: number) => void;
}

/** Rounds of re-weighting and shrinking, and sweeps of backfitting in each: a round starts where the last one ended. */
const outerRounds = 25;
const maxSweeps = 20;
/** Products with fewer cells say nothing about weeks or prices: their level takes it all. */
const minCells = 4;
/** Log means stay in this range, so that a product that was fitted to nothing can't overflow. */
const predictorRange = 18;
/** A product's residual variance is moderated as if this many weeks of an average product had been seen as well. */
const priorDegrees = 8;
/** Weeks over which errors may hang together (Newey and West 1987, Bartlett weights). */
const serialLags = 4;
/**
 * Elasticities of one category usually differ by about 0.6 (standard deviation); this counts as eight well-known products,
 * so that a small shop's noisy estimates do not pass for products that are all alike.
 */
const spreadBelief = { variance: 0.6 ** 2, members: 8 };

/**
 * log E[units] = product + seasonality · week + elasticity · log price + promotion + stock-out: weighted least squares
 * by backfitting over products, weeks and controls, alternated with empirical Bayes for what differs between products.
 * Elasticities are drawn from their category, so that products with little information do not bend the week effects;
 * seasonalities are drawn about 1. Without the latter, a product that the season moves more than others, and that is
 * dearer in its season, passes for one whose price does not matter (one interactive effect, as in Bai 2009).
 *
 * `log` is a linear mixed model; `count` is quasi-likelihood with re-weighting (Breslow and Clayton 1993), which keeps
 * weeks without a sale: dropping them pulls elasticities of slow products towards 0 (Santos Silva and Tenreyro 2006).
 * Panel cells: units > 0 for `log`. Standard errors: residual variance of the product moderated towards the panel's,
 * times one serial factor for the panel. O(rounds · sweeps · n), no randomness.
 */
export function fitPriceResponse(panel: PricePanel, options: Options): PriceResponse {
  const { productCount, weekCount, product, week } = panel;
  const n = week.length;
  const isCount = options.family === 'count';
  const logPrice = Float64Array.from(panel.price, Math.log);
  const logUnits = Float64Array.from(panel.units, Math.log);
  const controls = [panel.promotion, panel.stockOut].filter((control) => control.some((value) => value !== control[0]));
  const controlEffect = new Float64Array(controls.length);
  const rows = rowsByProduct(panel);

  // Prices are centred on each product's own mean, so that level and slope of a product hardly depend on each other.
  const centre = new Float64Array(productCount);
  rows.forEach((cells, p) => {
    for (const cell of cells) centre[p]! += logPrice[cell]! / cells.length;
  });
  const x = Float64Array.from(logPrice, (value, cell) => (options.ignorePrice ? 0 : value - centre[product[cell]!]!));

  const level = new Float64Array(productCount);
  const weekEffect = new Float64Array(weekCount);
  const startSlope = options.ignorePrice ? 0 : -1;
  const slope = new Float64Array(productCount).fill(startSlope);
  const seasonality = new Float64Array(productCount).fill(1);
  const prior: Prior = {
    slopeMean: new Float64Array(productCount).fill(startSlope),
    slopeVariance: spreadBelief.variance * 4,
    seasonalityVariance: 1e-6,
  };
  rows.forEach((cells, p) => {
    let sum = 0;
    for (const cell of cells) sum += isCount ? panel.units[cell]! : logUnits[cell]!;
    if (cells.length > 0) level[p] = isCount ? Math.log(Math.max(sum, 0.5) / cells.length) : sum / cells.length;
  });

  const response = isCount ? new Float64Array(n) : logUnits;
  const weight = new Float64Array(n).fill(1);
  const predictor = (cell: number): number => {
    const p = product[cell]!;
    let eta = level[p]! + seasonality[p]! * weekEffect[week[cell]!]! + slope[p]! * x[cell]!;
    for (let c = 0; c < controls.length; c++) eta += controlEffect[c]! * controls[c]![cell]!;
    return eta > predictorRange ? predictorRange : eta < -predictorRange ? -predictorRange : eta;
  };

  const state: State = { panel, rows, x, level, slope, seasonality, weekEffect, response, weight, predictor };

  let variance: { perCell: number; share: number } = { perCell: 1, share: 0 };
  let own: OwnEstimates | undefined;
  let shrunken: Shrunken | undefined;
  let members: Int32Array = new Int32Array(0);
  for (let round = 0; round < outerRounds; round++) {
    const before = Float64Array.from(slope);
    if (isCount) {
      variance = estimateCountVariance(panel.units, n, predictor, round === 0 ? undefined : variance);
      for (let cell = 0; cell < n; cell++) {
        const eta = predictor(cell);
        const mean = Math.exp(eta);
        // One huge order must not throw the working response far away: beyond e² it enters by its logarithm.
        const surprise = panel.units[cell]! / mean - 1;
        response[cell] = eta + (surprise > 6.4 ? 5.4 + Math.log(surprise - 5.4) : surprise);
        weight[cell] = mean / (variance.perCell + variance.share * mean);
      }
    } else if (round > 0) {
      let squares = 0;
      for (let cell = 0; cell < n; cell++) squares += (logUnits[cell]! - predictor(cell)) ** 2;
      const degrees = Math.max(1, n - rows.filter((cells) => cells.length > 0).length * 2 - weekCount);
      weight.fill(1 / Math.max(1e-12, squares / degrees));
    }
    for (let sweep = 0; sweep < maxSweeps; sweep++) {
      const moved = Math.max(
        updateProducts(state, prior),
        updateWeeks(state),
        updateControls(state, controls, controlEffect),
      );
      if (moved < 1e-5) break;
    }
    own = estimateOwn(state, prior, options.eligible);
    members = Int32Array.from(own.members);
    if (members.length > 0) {
      const estimate = Float64Array.from(members, (p) => own!.elasticity[p]!);
      const squared = Float64Array.from(members, (p) => own!.deviation[p]! ** 2);
      const group = Int32Array.from(members, (p) => panel.category[p]!);
      shrunken = shrinkTowardsGroups(estimate, squared, group, panel.categoryCount, spreadBelief);
      for (let p = 0; p < productCount; p++) prior.slopeMean[p] = shrunken.groupPosterior[panel.category[p]!]!;
      prior.slopeVariance = Math.max(1e-4, shrunken.within);
    }
    // Half-way in logarithms: full steps can swing between two values for ever.
    const seasonalityVariance = estimateSeasonalityVariance(state, own.dispersion);
    prior.seasonalityVariance =
      round === 0 ? seasonalityVariance : Math.sqrt(prior.seasonalityVariance * seasonalityVariance);
    options.progress?.((round + 1) / outerRounds);
    let moved = 0;
    for (const p of members) moved = Math.max(moved, Math.abs(slope[p]! - before[p]!));
    if (round > 2 && moved < 1e-3) break;
  }

  const identified = new Uint8Array(productCount);
  const ownWeight = new Float64Array(productCount);
  const categoryWeight = new Float64Array(productCount);
  const deviation = new Float64Array(productCount);
  for (let p = 0; p < productCount; p++) {
    slope[p] = prior.slopeMean[p]!;
    categoryWeight[p] = 1;
    deviation[p] = Math.hypot(Math.sqrt(prior.slopeVariance), shrunken?.groupDeviation[panel.category[p]!] ?? 0);
  }
  members.forEach((p, i) => {
    identified[p] = 1;
    slope[p] = shrunken!.value[i]!;
    deviation[p] = shrunken!.deviation[i]!;
    ownWeight[p] = shrunken!.ownWeight[i]!;
    categoryWeight[p] = shrunken!.groupWeight[i]!;
  });
  const intercept = new Float64Array(productCount).fill(Number.NaN);
  rows.forEach((cells, p) => {
    if (cells.length > 0) intercept[p] = level[p]! - slope[p]! * centre[p]!;
  });
  const effectOf = (control: Float64Array): number => controlEffect[controls.indexOf(control)] ?? 0;
  return {
    family: options.family,
    intercept,
    weekEffect,
    seasonality,
    promotionEffect: effectOf(panel.promotion),
    stockOutEffect: effectOf(panel.stockOut),
    elasticity: slope,
    deviation,
    ownElasticity: own!.elasticity,
    ownDeviation: own!.deviation,
    identified,
    ownWeight,
    categoryWeight,
    categoryMean: shrunken?.groupMean ?? new Float64Array(panel.categoryCount).fill(Number.NaN),
    overallMean: shrunken?.overallMean ?? Number.NaN,
    overallDeviation: shrunken?.overallDeviation ?? Number.NaN,
    spread: Math.sqrt(prior.slopeVariance),
    serialFactor: own!.serialFactor,
  };
}

/** Cells of each product in order of week. */
function rowsByProduct(panel: PricePanel): Int32Array[] {
  const lists: number[][] = Array.from({ length: panel.productCount }, () => []);
  for (let cell = 0; cell < panel.week.length; cell++) lists[panel.product[cell]!]!.push(cell);
  return lists.map((list) => Int32Array.from(list).sort((a, b) => panel.week[a]! - panel.week[b]!));
}

interface State {
  readonly panel: PricePanel;
  /** Cells of each product in order of week. */
  readonly rows: readonly Int32Array[];
  /** n, log price about the product's own mean. */
  readonly x: Float64Array;
  readonly level: Float64Array;
  readonly slope: Float64Array;
  readonly seasonality: Float64Array;
  readonly weekEffect: Float64Array;
  readonly response: Float64Array;
  readonly weight: Float64Array;
  readonly predictor: (cell: number) => number;
}

/** What products are drawn from. */
interface Prior {
  /** productCount: the mean elasticity of the product's category. */
  readonly slopeMean: Float64Array;
  slopeVariance: number;
  seasonalityVariance: number;
}

/** Weighted products of (1, price, week effect) and of the residual with them, over one product's cells. */
function productMoments(state: State, p: number): { gram: Float64Array; moment: Float64Array } {
  const gram = new Float64Array(9);
  const moment = new Float64Array(3);
  for (const cell of state.rows[p]!) {
    const w = state.weight[cell]!;
    const price = state.x[cell]!;
    const season = state.weekEffect[state.panel.week[cell]!]!;
    const residual = state.response[cell]! - state.predictor(cell);
    gram[0]! += w;
    gram[1]! += w * price;
    gram[2]! += w * season;
    gram[4]! += w * price * price;
    gram[5]! += w * price * season;
    gram[8]! += w * season * season;
    moment[0]! += w * residual;
    moment[1]! += w * price * residual;
    moment[2]! += w * season * residual;
  }
  gram[3] = gram[1]!;
  gram[6] = gram[2]!;
  gram[7] = gram[5]!;
  return { gram, moment };
}

/** Level, slope and seasonality of each product by penalised weighted least squares; returns the largest move. */
function updateProducts(state: State, prior: Prior): number {
  let largest = 0;
  state.rows.forEach((cells, p) => {
    if (cells.length === 0) return;
    const { gram, moment } = productMoments(state, p);
    gram[4]! += 1 / prior.slopeVariance;
    gram[8]! += 1 / prior.seasonalityVariance;
    moment[1]! += (prior.slopeMean[p]! - state.slope[p]!) / prior.slopeVariance;
    moment[2]! += (1 - state.seasonality[p]!) / prior.seasonalityVariance;
    const step = solvePositiveDefinite(gram, moment);
    if (!step) return;
    state.level[p]! += step[0]!;
    state.slope[p]! += step[1]!;
    state.seasonality[p]! += step[2]!;
    if (cells.length < minCells) return;
    for (const value of step) largest = Math.max(largest, Math.abs(value));
  });
  return largest;
}

/** Week effects by weighted least squares, kept at mean 0; returns the largest move. */
function updateWeeks(state: State): number {
  const { panel, weekEffect, weight } = state;
  const sum = new Float64Array(panel.weekCount);
  const total = new Float64Array(panel.weekCount);
  let allSum = 0;
  let all = 0;
  for (let cell = 0; cell < panel.week.length; cell++) {
    const t = panel.week[cell]!;
    const p = panel.product[cell]!;
    if (state.rows[p]!.length < minCells) continue;
    const loading = state.seasonality[p]!;
    sum[t]! += weight[cell]! * loading * (state.response[cell]! - state.predictor(cell));
    total[t]! += weight[cell]! * loading * loading;
  }
  for (let t = 0; t < panel.weekCount; t++) {
    if (total[t]! === 0) continue;
    allSum += total[t]! * (weekEffect[t]! + sum[t]! / total[t]!);
    all += total[t]!;
  }
  let largest = 0;
  for (let t = 0; t < panel.weekCount; t++) {
    if (total[t]! === 0) continue;
    const step = sum[t]! / total[t]! - allSum / all;
    weekEffect[t]! += step;
    largest = Math.max(largest, Math.abs(step));
  }
  return largest;
}

/** Common effects of the controls; returns the largest move. Collinear controls stay at 0. */
function updateControls(state: State, controls: readonly Float64Array[], effect: Float64Array): number {
  const k = controls.length;
  if (k === 0) return 0;
  const gram = new Float64Array(k * k);
  const moment = new Float64Array(k);
  for (let cell = 0; cell < state.response.length; cell++) {
    const residual = state.response[cell]! - state.predictor(cell);
    for (let a = 0; a < k; a++) {
      const weighted = state.weight[cell]! * controls[a]![cell]!;
      moment[a]! += weighted * residual;
      for (let b = 0; b < k; b++) gram[a * k + b]! += weighted * controls[b]![cell]!;
    }
  }
  const step = solvePositiveDefinite(gram, moment);
  if (!step) return 0;
  let largest = 0;
  step.forEach((value, a) => {
    effect[a]! += value;
    largest = Math.max(largest, Math.abs(value));
  });
  return largest;
}

interface OwnEstimates {
  elasticity: Float64Array;
  deviation: Float64Array;
  members: number[];
  serialFactor: number;
  /** productCount: residual variance of the working response in units of 1 / weight, moderated. */
  dispersion: Float64Array;
}

/**
 * What each product's own weeks say, given weeks and controls: the slope without its prior, and its standard error.
 * The week effect is partialled out of the price as far as seasonalities differ, so that a price which only moves with
 * the season is not taken for information.
 */
function estimateOwn(state: State, prior: Prior, eligible: Uint8Array): OwnEstimates {
  const { panel, rows, x, weight } = state;
  const { productCount } = panel;
  const elasticity = new Float64Array(productCount).fill(Number.NaN);
  const deviation = new Float64Array(productCount).fill(Number.NaN);
  const dispersion = new Float64Array(productCount).fill(1);
  const squares = new Float64Array(productCount);
  const information = new Float64Array(productCount);
  const members: number[] = [];
  let plain = 0;
  let serial = 0;
  let allSquares = 0;
  let allDegrees = 0;
  rows.forEach((cells, p) => {
    if (!eligible[p] || cells.length < minCells) return;
    const { gram, moment } = productMoments(state, p);
    gram[8]! += 1 / prior.seasonalityVariance;
    moment[2]! += (1 - state.seasonality[p]!) / prior.seasonalityVariance;
    // The price less what level and season explain of it: weights `a`, `b` solve the 2 × 2 system of the other two.
    const determinant = gram[0]! * gram[8]! - gram[2]! * gram[2]!;
    const a = (gram[1]! * gram[8]! - gram[5]! * gram[2]!) / determinant;
    const b = (gram[5]! * gram[0]! - gram[1]! * gram[2]!) / determinant;
    const info = gram[4]! - a * gram[1]! - b * gram[5]!;
    if (!(info > 1e-9 * Math.max(1, gram[4]!))) return;
    const shift = (moment[1]! - a * moment[0]! - b * moment[2]!) / info;
    const remaining = [moment[0]! - shift * gram[1]!, moment[2]! - shift * gram[5]!] as const;
    const levelShift = (remaining[0] * gram[8]! - remaining[1] * gram[2]!) / determinant;
    const seasonShift = (remaining[1] * gram[0]! - remaining[0] * gram[2]!) / determinant;
    const scores = new Float64Array(cells.length);
    cells.forEach((cell, i) => {
      const season = state.weekEffect[panel.week[cell]!]!;
      const residual =
        state.response[cell]! - state.predictor(cell) - levelShift - shift * x[cell]! - seasonShift * season;
      squares[p]! += weight[cell]! * residual * residual;
      scores[i] = weight[cell]! * (x[cell]! - a - b * season) * residual;
    });
    elasticity[p] = state.slope[p]! + shift;
    information[p] = info;
    allSquares += squares[p]!;
    allDegrees += Math.max(1, cells.length - 2);
    members.push(p);
    for (let i = 0; i < cells.length; i++) {
      plain += scores[i]! ** 2;
      serial += scores[i]! ** 2;
      for (let j = i + 1; j < cells.length; j++) {
        const lag = panel.week[cells[j]!]! - panel.week[cells[i]!]!;
        if (lag > serialLags) break;
        serial += 2 * (1 - lag / (serialLags + 1)) * scores[i]! * scores[j]!;
      }
    }
  });
  const common = allDegrees > 0 ? allSquares / allDegrees : 1;
  const serialFactor = plain > 0 ? Math.max(1, serial / plain) : 1;
  for (const p of members) {
    const degrees = Math.max(1, rows[p]!.length - 2);
    dispersion[p] = (squares[p]! + priorDegrees * common) / (degrees + priorDegrees);
    deviation[p] = Math.sqrt(Math.max(1e-12, (serialFactor * dispersion[p]!) / information[p]!));
  }
  return { elasticity, deviation, members, serialFactor, dispersion };
}

/**
 * Variance of seasonalities between products, from estimates without their prior; nearly 0 where products are moved
 * alike. Price and level are partialled out first.
 */
function estimateSeasonalityVariance(state: State, dispersion: Float64Array): number {
  const estimates: number[] = [];
  const variances: number[] = [];
  state.rows.forEach((cells, p) => {
    if (cells.length < 12) return;
    const { gram, moment } = productMoments(state, p);
    gram[4]! += 1e-9 * gram[0]!;
    const inverse = invertPositiveDefinite(gram, 3);
    if (!inverse || !(inverse[8]! > 0)) return;
    const step = inverse[6]! * moment[0]! + inverse[7]! * moment[1]! + inverse[8]! * moment[2]!;
    estimates.push(state.seasonality[p]! + step);
    variances.push(inverse[8]! * dispersion[p]!);
  });
  if (estimates.length < 5) return 1e-6;
  const one = new Int32Array(estimates.length);
  const spread = shrinkTowardsGroups(Float64Array.from(estimates), Float64Array.from(variances), one, 1).within;
  // Past 1 the ridge would hardly hold a product's season back at all.
  return Math.min(1, Math.max(1e-6, spread));
}

/**
 * Moments of Var = φμ + κμ² by regression of squared residuals / μ on 1 and μ, weighted by the inverse square of the
 * former fit; residuals past five standard deviations count as five, so that one wholesale order does not set κ.
 */
function estimateCountVariance(
  units: Float64Array,
  n: number,
  predictor: (cell: number) => number,
  former: { perCell: number; share: number } | undefined,
): { perCell: number; share: number } {
  let current = former ?? { perCell: 1, share: 0.1 };
  for (let step = 0; step < (former ? 1 : 3); step++) {
    const gram = new Float64Array(4);
    const moment = new Float64Array(2);
    for (let cell = 0; cell < n; cell++) {
      const mean = Math.exp(predictor(cell));
      const scale = current.perCell + current.share * mean;
      const squared = Math.min((units[cell]! - mean) ** 2 / mean, 25 * scale);
      const weight = 1 / (scale * scale);
      gram[0]! += weight;
      gram[1]! += weight * mean;
      gram[2]! += weight * mean;
      gram[3]! += weight * mean * mean;
      moment[0]! += weight * squared;
      moment[1]! += weight * squared * mean;
    }
    const solved = solvePositiveDefinite(gram, moment);
    const share = solved && solved[1]! > 0 ? solved[1]! : 0;
    const perCell = solved && solved[1]! > 0 ? solved[0]! : moment[0]! / gram[0]!;
    current = { perCell: Math.max(0.2, perCell), share };
  }
  return current;
}
