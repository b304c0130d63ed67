import { clusteredRegression } from '@cda/platform/ml/least-squares.ts';
import { type PricePanel, selectCells } from './price-panel.ts';

/** One elasticity for a whole panel. */
export interface PooledElasticity {
  readonly value: number;
  readonly standardError: number;
  /** Products and cells that stand in the regression. */
  readonly products: number;
  readonly cells: number;
}

/**
 * Log units on log price with product and week fixed effects, promotion and stock-out as controls where they vary;
 * standard error clustered by product, so that a product's weeks may hang together in any way.
 *
 * Weeks without a sale are left out (the logarithm of 0), which pulls the value towards 0 where sales are sparse:
 * `fitPriceResponse` does not have that fault. Undefined when the price does not vary inside products and weeks.
 * Source: Frisch, Waugh and Lovell for the demeaning, Cameron and Miller 2015 for the errors. O(n · sweeps).
 */
export function estimatePooledElasticity(panel: PricePanel): PooledElasticity | undefined {
  const sold = selectCells(panel, (cell) => panel.units[cell]! > 0);
  const n = sold.week.length;
  const columns = [Float64Array.from(sold.price, Math.log)];
  for (const control of [sold.promotion, sold.stockOut]) {
    if (control.some((value) => value !== control[0])) columns.push(Float64Array.from(control));
  }
  const outcome = Float64Array.from(sold.units, Math.log);
  for (const column of [...columns, outcome]) sweepOutEffects(column, sold);

  const varies = columns.filter((column) => column.some((value) => Math.abs(value) > 1e-9));
  if (varies[0] !== columns[0] || n === 0) return undefined;
  const k = varies.length;
  const x = new Float64Array(n * k);
  varies.forEach((column, j) => {
    for (let i = 0; i < n; i++) x[i * k + j] = column[i]!;
  });
  const weeks = new Set(sold.week).size;
  const fit = clusteredRegression(x, outcome, sold.product, panel.productCount, weeks - 1);
  if (!fit) return undefined;
  return {
    value: fit.coefficients[0]!,
    standardError: Math.sqrt(fit.covariance[0]!),
    products: new Set(sold.product).size,
    cells: n,
  };
}

/** Subtracts product and week means in turn, in place, until neither moves a value by more than 1e-10. */
function sweepOutEffects(values: Float64Array, panel: PricePanel): void {
  for (let sweep = 0; sweep < 2000; sweep++) {
    const moved = Math.max(
      subtractMeans(values, panel.product, panel.productCount),
      subtractMeans(values, panel.week, panel.weekCount),
    );
    if (moved < 1e-10) return;
  }
}

function subtractMeans(values: Float64Array, group: Int32Array, groupCount: number): number {
  const sum = new Float64Array(groupCount);
  const count = new Float64Array(groupCount);
  for (let i = 0; i < values.length; i++) {
    sum[group[i]!]! += values[i]!;
    count[group[i]!]!++;
  }
  let largest = 0;
  for (let g = 0; g < groupCount; g++) {
    if (count[g]! > 0) {
      sum[g]! /= count[g]!;
      largest = Math.max(largest, Math.abs(sum[g]!));
    }
  }
  for (let i = 0; i < values.length; i++) values[i]! -= sum[group[i]!]!;
  return largest;
}
