import { type BoostedTrees, explainBoosting } from '@cda/platform/ml/gradient-boosting.ts';
import type { Scaling } from './scaling.ts';

/** Which estimators a pipeline holds. */
export type ChurnMethod = 'logistic' | 'boosting' | 'blend';

/** What turns a customer's columns into log-odds: the part of a fitted pipeline that scores and their reasons are made of. */
export interface ChurnScorer {
  /** Of d columns. */
  scaling: Scaling;
  logistic: { intercept: number; coefficients: Float64Array };
  boosting: BoostedTrees;
  method: ChurnMethod;
  /** Log-odds are pulled to `centre` by `slope`: how far scores spread out of time, against how far they claimed to. */
  centre: number;
  slope: number;
  /** Season and horizon of the window that is predicted, in log-odds; already part of the score. */
  seasonNow: number;
}

/** A customer's score taken apart. */
export interface ChurnExplanation {
  /** Log-odds of an average customer in an average season. */
  base: number;
  /** d columns. */
  contributions: Float64Array;
  /** What the coming season adds. */
  season: number;
  /** base + Σ contributions + season. */
  logOdds: number;
}

/** Takes one customer's score apart. `columns`: d values as they are, not scaled. O(d + trees · depth). */
export function explainChurn(scorer: ChurnScorer, columns: ArrayLike<number>): ChurnExplanation {
  const { scaling, logistic, boosting, method, centre, slope, seasonNow } = scorer;
  const d = scaling.mean.length;
  const scaled = new Float64Array(d);
  for (let j = 0; j < d; j++) scaled[j] = (columns[j]! - scaling.mean[j]!) / scaling.deviation[j]!;
  const linear = method === 'logistic' ? 1 : method === 'boosting' ? 0 : 0.5;
  const contributions = new Float64Array(d);
  let base = centre * (1 - slope);
  if (linear > 0) {
    base += slope * linear * logistic.intercept;
    for (let j = 0; j < d; j++) contributions[j]! += slope * linear * logistic.coefficients[j]! * scaled[j]!;
  }
  if (linear < 1) {
    const trees = explainBoosting(boosting, scaled);
    base += slope * (1 - linear) * trees.base;
    for (let j = 0; j < d; j++) contributions[j]! += slope * (1 - linear) * trees.contributions[j]!;
  }
  let logOdds = base + seasonNow;
  for (let j = 0; j < d; j++) logOdds += contributions[j]!;
  return { base, contributions, season: seasonNow, logOdds };
}

/** A scorer as JSON holds it. Numbers come back bit for bit. */
export interface StoredChurnScorer {
  scaling: Record<keyof Scaling, number[]>;
  logistic: { intercept: number; coefficients: number[] };
  boosting: { columns: number; base: number } & Record<
    'roots' | 'feature' | 'threshold' | 'left' | 'right' | 'value',
    number[]
  >;
  method: ChurnMethod;
  centre: number;
  slope: number;
  seasonNow: number;
}

export function storeChurnScorer(scorer: ChurnScorer): StoredChurnScorer {
  const { scaling, logistic, boosting, method, centre, slope, seasonNow } = scorer;
  return {
    scaling: { mean: [...scaling.mean], deviation: [...scaling.deviation] },
    logistic: { intercept: logistic.intercept, coefficients: [...logistic.coefficients] },
    boosting: {
      columns: boosting.columns,
      base: boosting.base,
      roots: [...boosting.roots],
      feature: [...boosting.feature],
      threshold: [...boosting.threshold],
      left: [...boosting.left],
      right: [...boosting.right],
      value: [...boosting.value],
    },
    method,
    centre,
    slope,
    seasonNow,
  };
}

export function restoreChurnScorer(stored: StoredChurnScorer): ChurnScorer {
  const { scaling, logistic, boosting } = stored;
  return {
    ...stored,
    scaling: { mean: Float64Array.from(scaling.mean), deviation: Float64Array.from(scaling.deviation) },
    logistic: { intercept: logistic.intercept, coefficients: Float64Array.from(logistic.coefficients) },
    boosting: {
      columns: boosting.columns,
      base: boosting.base,
      roots: Int32Array.from(boosting.roots),
      feature: Int16Array.from(boosting.feature),
      threshold: Float64Array.from(boosting.threshold),
      left: Int32Array.from(boosting.left),
      right: Int32Array.from(boosting.right),
      value: Float64Array.from(boosting.value),
    },
  };
}
