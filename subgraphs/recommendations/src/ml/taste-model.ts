import { invertSymmetric } from '@cda/platform/ml/blocked-cholesky.ts';
import { type SparseMatrix, sparseMatrix, transpose, weightedGram } from '@cda/platform/ml/sparse-matrix.ts';
import { historyBefore, type Interactions } from './interactions.ts';
import { type ItemModel, truncate } from './item-model.ts';
import { type ProfileOptions, profileDefaults, toProfile } from './profile.ts';
import { restrictedRidge } from './restricted-ridge.ts';

export interface TasteOptions {
  lambda: number;
  /** Days after which an interaction counts 1/e in training: tastes and ranges move. */
  decayDays: number;
  /** Power of a customer's number of products that their row is divided by, so that wholesalers do not decide everything. */
  damping: number;
  /** Weights kept of each product. */
  keep: number;
  /** Number of products up to which the model is exact (n³ operations); beyond, each product's model has `keep` inputs. */
  exactUpTo: number;
}

export const tasteDefaults: TasteOptions = { lambda: 150, decayDays: 120, damping: 0.25, keep: 100, exactUpTo: 1200 };

/**
 * EASE^R, which customers' whole histories teach: products that the same people like. Each entry of the customer × product
 * matrix is the interaction's weight, decayed by its age at `day`.
 *
 * Exact: B = I − P · diag(P)⁻¹ with P = (XᵀX + λI)⁻¹, n³ operations and 24 n² bytes; beyond `exactUpTo` products the same
 * regression by neighbourhoods. Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019), section 3.
 */
export function fitTaste(
  data: Interactions,
  day: number,
  options: TasteOptions = tasteDefaults,
  profiles: ProfileOptions = profileDefaults,
): ItemModel {
  return solveTaste(tasteGram(data, day, options, profiles), data.products, options);
}

/** XᵀX of the customer × product matrix: n × n. The part of the fit that does not depend on the penalty. */
export function tasteGram(
  data: Interactions,
  day: number,
  options: Pick<TasteOptions, 'decayDays' | 'damping'>,
  profiles: ProfileOptions = profileDefaults,
): Float32Array {
  const x = tasteMatrix(data, day, options, profiles);
  return weightedGram(x, x);
}

/** The model from its second moments. */
export function solveTaste(gram: Float32Array, n: number, options: TasteOptions): ItemModel {
  const byTarget =
    n <= options.exactUpTo
      ? exact(gram, n, options)
      : restrictedRidge(gram, gram, n, { lambda: options.lambda, neighbours: options.keep, self: 'never' });
  return { byTarget, byInput: transpose(byTarget) };
}

/** The customer × product matrix that the model is fitted on. O(rows). */
export function tasteMatrix(
  data: Interactions,
  day: number,
  options: Pick<TasteOptions, 'decayDays' | 'damping'>,
  profiles: ProfileOptions = profileDefaults,
): SparseMatrix {
  const decayed = { ...profiles, tasteDays: options.decayDays };
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  const counts = new Float64Array(data.customers);
  for (let c = 0; c < data.customers; c++) {
    const profile = toProfile(historyBefore(data, c, day), day, decayed);
    counts[c] = profile.products.length;
    for (let j = 0; j < profile.products.length; j++) {
      if (profile.taste[j] === 0) continue;
      rows.push(c);
      columns.push(profile.products[j]!);
      values.push(profile.taste[j]!);
    }
  }
  const active = counts.filter((count) => count > 0);
  const mean = active.reduce((a, b) => a + b, 0) / Math.max(1, active.length);
  for (let e = 0; e < rows.length; e++) values[e]! *= (mean / counts[rows[e]!]!) ** options.damping;
  return sparseMatrix(data.customers, data.products, rows, columns, values);
}

function exact(gram: Float32Array, n: number, { lambda, keep }: TasteOptions): SparseMatrix {
  const penalised = Float64Array.from(gram);
  for (let i = 0; i < n; i++) penalised[i * n + i]! += lambda;
  const inverse = invertSymmetric(penalised, n);
  const weights = new Float64Array(n);
  return truncate(
    (target) => {
      const scale = -1 / inverse[target * n + target]!;
      for (let input = 0; input < n; input++) {
        // Products that nobody touched have no row to learn from.
        const known = input !== target && gram[input * n + input]! > 0;
        weights[input] = known ? inverse[target * n + input]! * scale : 0;
      }
      return weights;
    },
    n,
    keep,
  );
}
