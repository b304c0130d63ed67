import type { Anomaly } from './anomalies.ts';
import type { Product } from './catalogue.ts';
import { drawPoisson } from './sampling.ts';
import { createStream } from './streams.ts';

/** A product could not be bought on these days, both included. */
export interface StockOut {
  product: number;
  firstDay: number;
  lastDay: number;
}

/** About one stock-out of 3 to 9 days a product a year, and the planted one of the best seller. */
export function drawStockOuts(
  seed: number,
  products: readonly Product[],
  anomalies: readonly Anomaly[],
  horizon: number,
): StockOut[] {
  const stockOuts: StockOut[] = [];
  for (const product of products) {
    const random = createStream(seed, 'stock', product.index);
    const own: StockOut[] = anomalies
      .filter((anomaly) => anomaly.cause === 'stock-out of a best seller' && anomaly.productId === product.productId)
      .map(({ firstDay, lastDay }) => ({ product: product.index, firstDay, lastDay }));
    for (let count = drawPoisson(random, horizon / 365); count > 0; count--) {
      const firstDay = product.launchDay + 10 + random.integer(Math.max(1, horizon - product.launchDay - 20));
      const lastDay = firstDay + 2 + random.integer(7);
      const apart = own.every((other) => lastDay + 1 < other.firstDay || firstDay > other.lastDay + 1);
      if (apart) own.push({ product: product.index, firstDay, lastDay });
    }
    stockOuts.push(...own);
  }
  return stockOuts;
}
