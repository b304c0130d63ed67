import { normalQuantile } from '@cda/platform/ml/normal-distribution.ts';
import { median } from '@cda/platform/ml/robust-statistics.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { evaluateResponse } from './evaluate-response.ts';
import { checkIdentification, type Identification, type IdentificationGap } from './identification.ts';
import { estimatePooledElasticity } from './pooled-elasticity.ts';
import { type PricePanel, selectCells, selectUsable } from './price-panel.ts';
import { fitPriceResponse, type ResponseFamily } from './price-response.ts';

/** What an elasticity stands on, one element a product in every array. */
export interface FittedElasticities {
  readonly family: ResponseFamily;
  /** Probability mass of the interval. */
  readonly confidence: number;
  /** 'NONE' where there is an elasticity, else what is missing; `have` says how much of it there is. */
  readonly gap: (IdentificationGap | 'COLLINEAR')[];
  readonly have: Float64Array;
  /** Elasticity and its interval; NaN where something is missing. */
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly deviation: Float64Array;
  /** From the product's own weeks alone; value = own · ownWeight + category · categoryWeight + overall · the rest. */
  readonly own: Float64Array;
  readonly ownWeight: Float64Array;
  readonly category: Float64Array;
  readonly categoryWeight: Float64Array;
  readonly overall: number;
  /** Weeks with a sale, and prices seen (unit of the panel). */
  readonly weeks: Int32Array;
  readonly lowestPrice: Float64Array;
  readonly highestPrice: Float64Array;
  /** Price of the last week, and units a week at that price, from the last eight weeks; NaN without cells. */
  readonly presentPrice: Float64Array;
  readonly presentUnits: Float64Array;
}

const confidence = 0.95;
/** Below this many units in the usual week with a sale, weeks without one are frequent and the logarithm misleads. */
const countMedian = 10;
const recentWeeks = 8;

/** Weeks kept back to judge a fit: a sixth of the panel, 4 to 12. */
export function holdOutWeeks(weekCount: number): number {
  return Math.max(4, Math.min(12, Math.round(weekCount / 6)));
}

/** Products that can be judged: those with an elasticity by the weeks before the hold-out. O(n log n). */
export function checkTrainingWeeks(panel: PricePanel): Identification {
  const cut = panel.weekCount - holdOutWeeks(panel.weekCount);
  const usable = selectUsable(panel);
  return checkIdentification(selectCells(usable, (cell) => usable.week[cell]! < cut));
}

/**
 * Elasticity of each product of a shop, judged on the last weeks, fitted again on all of them.
 *
 * `panel`: products × weeks with weeks without a sale wherever a price is known. The family follows from the sales:
 * `log` where a usual week sells ten or more, else `count`. Baseline: the same equations without a price. No randomness.
 * Throws when no product can be judged (see `checkTrainingWeeks`). O(n) per sweep, see `fitPriceResponse`.
 */
export function train(panel: PricePanel, options: Pick<TrainOptions, 'progress'>): Trained<FittedElasticities> {
  const usable = selectUsable(panel);
  const sold = Array.from(usable.units).filter((units) => units > 0);
  const family: ResponseFamily = median(sold) >= countMedian ? 'log' : 'count';
  const cells = family === 'log' ? selectCells(usable, (cell) => usable.units[cell]! > 0) : usable;

  const cut = panel.weekCount - holdOutWeeks(panel.weekCount);
  const seen = selectCells(cells, (cell) => cells.week[cell]! < cut);
  const unseen = selectCells(cells, (cell) => cells.week[cell]! >= cut);
  const judged = checkIdentification(seen).eligible;
  const early = fitPriceResponse(seen, { family, eligible: judged, progress: (part) => options.progress(part * 0.4) });
  const none = new Uint8Array(panel.productCount);
  const flat = fitPriceResponse(seen, { family, eligible: none, ignorePrice: true });
  const value = evaluateResponse(early, unseen, early.identified);
  const baseline = evaluateResponse(flat, unseen, early.identified);
  if (!Number.isFinite(value)) throw new RangeError('no product has an elasticity before the weeks that judge it');
  const common = { ...early, elasticity: new Float64Array(panel.productCount).fill(early.overallMean) };
  rebaseIntercepts(common, early, seen);
  const commonLoss = evaluateResponse(common, unseen, early.identified);
  options.progress(0.6);

  const identification = checkIdentification(cells);
  const fit = fitPriceResponse(cells, {
    family,
    eligible: identification.eligible,
    progress: (part) => options.progress(0.6 + part * 0.4),
  });
  const pooled = estimatePooledElasticity(
    selectCells(cells, (cell) => identification.eligible[cells.product[cell]!] === 1),
  );
  const z = normalQuantile(0.5 + confidence / 2);
  const gap = identification.gap.map((missing, p) =>
    missing === 'NONE' && !fit.identified[p] ? 'COLLINEAR' : missing,
  );
  const where = (values: Float64Array): Float64Array =>
    values.map((number, p) => (gap[p] === 'NONE' ? number : Number.NaN));
  const present = presentDemand(usable, fit.elasticity);
  options.progress(1);
  return {
    fitted: {
      family,
      confidence,
      gap,
      have: identification.have,
      value: where(fit.elasticity),
      low: where(fit.elasticity.map((number, p) => number - z * fit.deviation[p]!)),
      high: where(fit.elasticity.map((number, p) => number + z * fit.deviation[p]!)),
      deviation: where(fit.deviation),
      own: where(fit.ownElasticity),
      ownWeight: where(fit.ownWeight),
      category: where(Float64Array.from(panel.category, (c) => fit.categoryMean[c]!)),
      categoryWeight: where(fit.categoryWeight),
      overall: fit.overallMean,
      weeks: identification.weeks,
      lowestPrice: identification.lowestPrice,
      highestPrice: identification.highestPrice,
      ...present,
    },
    rows: cells.week.length,
    params: { family, confidence, holdOutWeeks: panel.weekCount - cut, recentWeeks },
    metrics: {
      meanElasticity: fit.overallMean,
      meanElasticityError: fit.overallDeviation,
      spread: fit.spread,
      serialFactor: fit.serialFactor,
      identifiedProducts: fit.identified.reduce((sum, one) => sum + one, 0),
      judgedProducts: early.identified.reduce((sum, one) => sum + one, 0),
      commonElasticityLoss: commonLoss,
      ...(pooled ? { pooledElasticity: pooled.value, pooledElasticityError: pooled.standardError } : {}),
    },
    primary: {
      name: family === 'log' ? 'RMSE of log units, unseen weeks' : 'Poisson deviance of units, unseen weeks',
      value,
      baselineName: 'price ignored',
      baseline,
      higherIsBetter: false,
    },
  };
}

/** Moves the intercepts so that each product keeps its mean log units when its elasticity is exchanged. */
function rebaseIntercepts(
  target: { intercept: Float64Array; elasticity: Float64Array },
  source: { intercept: Float64Array; elasticity: Float64Array },
  panel: PricePanel,
): void {
  const sum = new Float64Array(panel.productCount);
  const count = new Float64Array(panel.productCount);
  panel.product.forEach((p, cell) => {
    sum[p]! += Math.log(panel.price[cell]!);
    count[p]!++;
  });
  target.intercept = source.intercept.map(
    (intercept, p) => intercept + (source.elasticity[p]! - target.elasticity[p]!) * (sum[p]! / count[p]!),
  );
}

/** Last price of each product, and its weekly units of the last eight weeks as if that price had held in all of them. */
function presentDemand(
  panel: PricePanel,
  elasticity: Float64Array,
): { presentPrice: Float64Array; presentUnits: Float64Array } {
  const presentPrice = new Float64Array(panel.productCount).fill(Number.NaN);
  const lastWeek = new Int32Array(panel.productCount).fill(-1);
  panel.product.forEach((p, cell) => {
    if (panel.week[cell]! > lastWeek[p]!) {
      lastWeek[p] = panel.week[cell]!;
      presentPrice[p] = panel.price[cell]!;
    }
  });
  const units = new Float64Array(panel.productCount);
  const from = panel.weekCount - recentWeeks;
  panel.product.forEach((p, cell) => {
    if (panel.week[cell]! < from) return;
    units[p]! += panel.units[cell]! * (presentPrice[p]! / panel.price[cell]!) ** elasticity[p]!;
  });
  return {
    presentPrice,
    presentUnits: units.map((sum, p) => (lastWeek[p]! < 0 ? Number.NaN : sum / Math.min(recentWeeks, panel.weekCount))),
  };
}
