import { type PricePanel, selectCells } from './price-panel.ts';
import type { PriceResponse } from './price-response.ts';

/**
 * How far the demand of weeks that a fit has not seen lies from what it expects, given how those weeks were overall.
 *
 * The effect of an unseen week is common to all products and is taken from the week itself, for every fit alike, so that
 * only what distinguishes products within the week is judged. Only products with `judged` = 1 count.
 * `log`: root mean squared error of log units over cells with sales. `count`: mean Poisson deviance over all cells.
 * NaN where there is nothing to judge. O(n).
 */
export function evaluateResponse(fit: PriceResponse, unseen: PricePanel, judged: Uint8Array): number {
  const isCount = fit.family === 'count';
  const panel = selectCells(
    unseen,
    (cell) =>
      judged[unseen.product[cell]!] === 1 &&
      Number.isFinite(fit.intercept[unseen.product[cell]!]!) &&
      (isCount || unseen.units[cell]! > 0),
  );
  const n = panel.week.length;
  if (n === 0) return Number.NaN;
  const expected = Float64Array.from(panel.week, (_, cell) => {
    const p = panel.product[cell]!;
    return (
      fit.intercept[p]! +
      fit.elasticity[p]! * Math.log(panel.price[cell]!) +
      fit.promotionEffect * panel.promotion[cell]! +
      fit.stockOutEffect * panel.stockOut[cell]!
    );
  });
  const effect = new Float64Array(panel.weekCount);
  for (let step = 0; step < 20; step++) {
    const sum = new Float64Array(panel.weekCount);
    const total = new Float64Array(panel.weekCount);
    for (let cell = 0; cell < n; cell++) {
      const t = panel.week[cell]!;
      const loading = fit.seasonality[panel.product[cell]!]!;
      const eta = expected[cell]! + loading * effect[t]!;
      const mean = isCount ? Math.exp(eta) : 1;
      sum[t]! += loading * (isCount ? panel.units[cell]! - mean : Math.log(panel.units[cell]!) - eta);
      total[t]! += loading * loading * mean;
    }
    for (let t = 0; t < panel.weekCount; t++) {
      if (total[t]! > 0) effect[t]! += Math.max(-2, Math.min(2, sum[t]! / total[t]!));
    }
  }
  let loss = 0;
  for (let cell = 0; cell < n; cell++) {
    const eta = expected[cell]! + fit.seasonality[panel.product[cell]!]! * effect[panel.week[cell]!]!;
    const units = panel.units[cell]!;
    if (isCount) {
      const mean = Math.exp(eta);
      loss += 2 * ((units > 0 ? units * Math.log(units / mean) : 0) - (units - mean));
    } else {
      loss += (Math.log(units) - eta) ** 2;
    }
  }
  return isCount ? loss / n : Math.sqrt(loss / n);
}
