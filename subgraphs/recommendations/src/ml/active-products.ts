import { sparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import { filterInteractions, type Interactions } from './interactions.ts';
import type { ItemModel } from './item-model.ts';

/**
 * The products that models of pairs are fitted on: all, or the `limit` that were touched most where there are more, since such
 * models take memory with the square of their number. The others are ranked by their words and by demand. Ascending.
 */
export function activeProducts(data: Interactions, limit: number): Int32Array {
  if (data.products <= limit) return Int32Array.from({ length: data.products }, (_, i) => i);
  const touched = new Float64Array(data.products);
  for (const product of data.product) touched[product]!++;
  return topK(touched, limit).sort();
}

/** The interactions with active products alone, renumbered by their place in `active`. O(rows). */
export function compact(data: Interactions, active: Int32Array): Interactions {
  if (active.length === data.products) return data;
  const place = new Int32Array(data.products).fill(-1);
  for (const [at, product] of active.entries()) place[product] = at;
  const kept = filterInteractions(data, (row) => place[data.product[row]!]! >= 0);
  return { ...kept, products: active.length, product: kept.product.map((product) => place[product]!) };
}

/** A model of active products as one of all n. O(entries + n). */
export function expand(model: ItemModel, active: Int32Array, n: number): ItemModel {
  if (active.length === n) return model;
  const { offsets, indices, values } = model.byTarget;
  const rows = new Int32Array(indices.length);
  for (let target = 0; target < active.length; target++)
    rows.fill(active[target]!, offsets[target], offsets[target + 1]);
  const byTarget = sparseMatrix(
    n,
    n,
    rows,
    indices.map((input) => active[input]!),
    values,
  );
  return { byTarget, byInput: transpose(byTarget) };
}
