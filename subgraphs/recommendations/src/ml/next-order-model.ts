import { sparseMatrix, transpose, weightedGram } from '@cda/platform/ml/sparse-matrix.ts';
import { type History, historyBefore, type Interactions, kinds } from './interactions.ts';
import type { ItemModel } from './item-model.ts';
import { type ProfileOptions, profileDefaults, toProfile } from './profile.ts';
import { restrictedRidge } from './restricted-ridge.ts';

export interface NextOrderOptions {
  lambda: number;
  /** Inputs of each product's model. */
  neighbours: number;
  /** Days after which an order counts 1/e in training. */
  decayDays: number;
  /** Power of a history's weight that its row is divided by. */
  damping: number;
  /** Orders of one customer that teach at most: the latest. */
  ordersOfCustomer: number;
}

export const nextOrderDefaults: NextOrderOptions = {
  lambda: 300,
  neighbours: 100,
  decayDays: 120,
  damping: 0.5,
  ordersOfCustomer: 60,
};

/**
 * What an order holds, given all that came before it: one row an order that has a past, the inputs being the customer's
 * profile before it, the targets its products. Unlike a model of whole histories it knows the direction of time, and each
 * product's own weight is how far it is bought again. Solved by neighbourhoods (see `restrictedRidge`).
 *
 * O(Σ over orders of (products before)² + n · neighbours³ / 3), 8 n² bytes.
 */
export function fitNextOrder(
  data: Interactions,
  day: number,
  options: NextOrderOptions = nextOrderDefaults,
  profiles: ProfileOptions = profileDefaults,
): ItemModel {
  return solveNextOrder(nextOrderMoments(data, day, options, profiles), data.products, options);
}

/** Second moments of the regression, each n × n: of the inputs, and of targets (rows) with inputs. */
export interface NextOrderMoments {
  gram: Float32Array;
  moments: Float32Array;
}

/** The part of the fit that does not depend on the penalty. */
export function nextOrderMoments(
  data: Interactions,
  day: number,
  options: NextOrderOptions = nextOrderDefaults,
  profiles: ProfileOptions = profileDefaults,
): NextOrderMoments {
  const n = data.products;
  const past = triplets();
  const next = triplets();
  const ages: number[] = [];
  const sizes: number[] = [];
  for (let c = 0; c < data.customers; c++) {
    const history = historyBefore(data, c, day);
    for (const { from, to } of ordersOf(history).slice(1 - options.ordersOfCustomer)) {
      if (from === history.from) continue;
      const profile = toProfile({ ...history, to: from }, history.day[from]!, profiles);
      const row = sizes.length;
      let size = 0;
      for (let j = 0; j < profile.products.length; j++) {
        const weight = profile.basket[j]!;
        if (weight < 1e-3) continue;
        past.add(row, profile.products[j]!, weight);
        size += weight;
      }
      if (size === 0) continue;
      const targets = new Set<number>();
      for (let at = from; at < to; at++) if (history.kind[at] === kinds.purchase) targets.add(history.product[at]!);
      for (const product of targets) next.add(row, product, 1);
      sizes.push(size);
      ages.push(day - history.day[from]!);
    }
  }
  const rows = sizes.length;
  const mean = sizes.reduce((a, b) => a + b, 0) / Math.max(1, rows);
  const weights = Float64Array.from(
    sizes,
    (size, row) => Math.exp(-Math.max(0, ages[row]!) / options.decayDays) * (mean / size) ** options.damping,
  );
  const x = past.matrix(rows, n);
  return { gram: weightedGram(x, x, weights), moments: weightedGram(next.matrix(rows, n), x, weights) };
}

/** The model from its second moments. */
export function solveNextOrder(
  { gram, moments }: NextOrderMoments,
  n: number,
  { lambda, neighbours }: Pick<NextOrderOptions, 'lambda' | 'neighbours'>,
): ItemModel {
  const byTarget = restrictedRidge(gram, moments, n, { lambda, neighbours, self: 'always' });
  return { byTarget, byInput: transpose(byTarget) };
}

/** Where each order of a history begins and ends, in order of time. O(rows). */
export function ordersOf(history: History): { from: number; to: number }[] {
  const orders: { from: number; to: number }[] = [];
  let current: number | undefined;
  for (let row = history.from; row < history.to; row++) {
    if (history.kind[row] !== kinds.purchase) continue;
    if (history.order[row] === current) orders.at(-1)!.to = row + 1;
    else orders.push({ from: row, to: row + 1 });
    current = history.order[row];
  }
  return orders;
}

function triplets() {
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  return {
    add: (row: number, column: number, value: number): void => {
      rows.push(row);
      columns.push(column);
      values.push(value);
    },
    matrix: (m: number, n: number) => sparseMatrix(m, n, rows, columns, values),
  };
}
