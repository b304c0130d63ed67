import { behaviours } from './behaviours.ts';
import type { Life } from './life.ts';
import type { Order } from './orders.ts';
import type { World } from './world.ts';

/** How likely a basket like this one is for each behaviour, in the order of `behaviours`, up to a common factor. */
export type BasketEvidence = (order: Order) => Float64Array;

const mostLines = 6;
const priceLevels = 8;

/**
 * Counts baskets by number of lines and by mean reference price, per behaviour, over the whole simulation: P(basket | behaviour)
 * as it really is, one added to each of the 48 cells. The price paid is left out, for it belongs to the day and not to the customer.
 */
export function countBaskets(world: World, lives: readonly Life[]): BasketEvidence {
  const cells = mostLines * priceLevels;
  const counts = behaviours.map(() => new Float64Array(cells).fill(1));
  for (const { customer, orders } of lives) {
    const own = counts[customer.behaviour]!;
    for (const order of orders) {
      const cell = cellOf(world, order);
      own[cell] = own[cell]! + 1;
    }
  }
  const shares = counts.map((own) => {
    const total = own.reduce((sum, count) => sum + count, 0);
    return own.map((count) => count / total);
  });
  return (order) => {
    const cell = cellOf(world, order);
    return Float64Array.from(shares, (own) => own[cell]!);
  };
}

function cellOf(world: World, order: Order): number {
  const lines = Math.min(mostLines, order.lines.length) - 1;
  const logPrice =
    order.lines.reduce((sum, line) => sum + Math.log(world.products[line.product]!.referencePriceMinor), 0) /
    order.lines.length;
  // From 3 EUR in steps of factor 1.5.
  const level = Math.min(priceLevels - 1, Math.max(0, Math.floor((logPrice - Math.log(300)) / Math.log(1.5))));
  return lines * priceLevels + level;
}
