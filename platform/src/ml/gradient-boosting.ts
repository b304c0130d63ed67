import { sigmoid } from './logistic-regression.ts';
import { fitQuantileBins, toQuantileCodes } from './quantile-codes.ts';
import { createRandom } from './random.ts';

/** Binary trees in parallel arrays; node 0 of tree t stands at `roots[t]`. A leaf has `feature` −1. */
export interface BoostedTrees {
  columns: number;
  /** Log-odds before the first tree. */
  base: number;
  roots: Int32Array;
  /** Column of the split, −1 at a leaf. */
  feature: Int16Array;
  /** Rows with value ≤ threshold go left. */
  threshold: Float64Array;
  left: Int32Array;
  right: Int32Array;
  /** Shrunken mean response of the node: what a leaf adds to the log-odds, and what an inner node would add were it one. */
  value: Float64Array;
}

export interface BoostingOptions {
  seed: number;
  trees?: number;
  /** Levels of splits, 1..8. */
  depth?: number;
  learningRate?: number;
  /** Least sum of p (1 − p) in a leaf. */
  minLeafWeight?: number;
  /** Ridge on leaf values. */
  l2?: number;
  /** Share of rows drawn for each tree, 0..1. */
  rowShare?: number;
  /** Share of columns drawn for each tree, 0..1. */
  columnShare?: number;
  maxBins?: number;
  /** n non-negative row weights; 1 when absent. */
  weights?: Float64Array;
  /** Called after each tree with the share that is done, 0..1. */
  progress?: (fraction: number) => void;
}

/**
 * Boosts shallow trees on the logistic loss over histograms of quantile codes.
 *
 * @param x n × d, row-major, finite.
 * @param y n labels, 0 or 1.
 * @throws RangeError on a shape that does not fit.
 *
 * O(trees · depth · n · d) time, n · d bytes of codes. Same seed, same trees.
 * Friedman 2001 (algorithm 5) with second-order leaves as in Chen and Guestrin 2016, section 2.
 */
export function fitBoosting(x: Float64Array, y: ArrayLike<number>, d: number, options: BoostingOptions): BoostedTrees {
  const n = y.length;
  if (n === 0 || x.length !== n * d) throw new RangeError(`x must be n × d: got ${x.length} values for n ${n}, d ${d}`);
  const rounds = options.trees ?? 150;
  const depth = options.depth ?? 3;
  const rate = options.learningRate ?? 0.05;
  const minLeafWeight = options.minLeafWeight ?? 5;
  const l2 = options.l2 ?? 1;
  const rowShare = options.rowShare ?? 0.7;
  const columnShare = options.columnShare ?? 0.7;
  const maxBins = options.maxBins ?? 64;
  const random = createRandom(options.seed);
  const bins = fitQuantileBins(x, n, d, maxBins);
  const codes = toQuantileCodes(bins, x, n);

  let weightSum = 0;
  let positive = 0;
  for (let i = 0; i < n; i++) {
    const w = options.weights === undefined ? 1 : options.weights[i]!;
    weightSum += w;
    positive += w * y[i]!;
  }
  const rateOfPositives = Math.min(1 - 1e-6, Math.max(1e-6, positive / weightSum));
  const base = Math.log(rateOfPositives / (1 - rateOfPositives));

  const logOdds = new Float64Array(n).fill(base);
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n);
  const node = new Int32Array(n);
  /** The rows drawn for the tree. */
  const rows = new Int32Array(n);
  const builder = new TreeBuilder();
  const roots: number[] = [];
  const drawn = Math.max(1, Math.round(columnShare * d));
  const columnOrder = Int32Array.from({ length: d }, (_, j) => j);
  const widest = 1 << (depth - 1);
  const histogram = new Float64Array(widest * maxBins * 2);

  for (let round = 0; round < rounds; round++) {
    let g = 0;
    let h = 0;
    let kept = 0;
    for (let i = 0; i < n; i++) {
      if (rowShare < 1 && random.next() >= rowShare) continue;
      const w = options.weights === undefined ? 1 : options.weights[i]!;
      const p = sigmoid(logOdds[i]!);
      gradient[i] = w * (y[i]! - p);
      hessian[i] = w * p * (1 - p);
      g += gradient[i]!;
      h += hessian[i]!;
      rows[kept++] = i;
    }
    random.shuffle(columnOrder);
    const root = builder.add(g, h, rate, l2);
    roots.push(root);
    node.fill(0);
    // `open` lists the nodes of the level; a row carries its place in that list, or −1 once it lies in a leaf.
    let open: number[] = [root];
    for (let level = 0; level < depth && open.length > 0; level++) {
      const best = open.map(() => ({ gain: 1e-9, column: -1, code: 0, leftG: 0, leftH: 0 }));
      for (let c = 0; c < drawn; c++) {
        const column = columnOrder[c]!;
        const size = bins.edges[column]!.length + 1;
        if (size < 2) continue;
        histogram.fill(0, 0, open.length * size * 2);
        const start = column * n;
        for (let r = 0; r < kept; r++) {
          const i = rows[r]!;
          const slot = node[i]!;
          if (slot < 0) continue;
          const cell = (slot * size + codes[start + i]!) * 2;
          histogram[cell]! += gradient[i]!;
          histogram[cell + 1]! += hessian[i]!;
        }
        for (let slot = 0; slot < open.length; slot++) {
          const totalG = builder.sumG[open[slot]!]!;
          const totalH = builder.sumH[open[slot]!]!;
          const parent = (totalG * totalG) / (totalH + l2);
          let leftG = 0;
          let leftH = 0;
          const found = best[slot]!;
          for (let code = 0; code < size - 1; code++) {
            const cell = (slot * size + code) * 2;
            leftG += histogram[cell]!;
            leftH += histogram[cell + 1]!;
            const rightH = totalH - leftH;
            if (leftH < minLeafWeight || rightH < minLeafWeight) continue;
            const rightG = totalG - leftG;
            const gain = (leftG * leftG) / (leftH + l2) + (rightG * rightG) / (rightH + l2) - parent;
            if (gain > found.gain) {
              found.gain = gain;
              found.column = column;
              found.code = code;
              found.leftG = leftG;
              found.leftH = leftH;
            }
          }
        }
      }
      const next: number[] = [];
      const leftSlot = new Int32Array(open.length).fill(-1);
      for (let slot = 0; slot < open.length; slot++) {
        const found = best[slot]!;
        if (found.column < 0) continue;
        const parent = open[slot]!;
        const left = builder.add(found.leftG, found.leftH, rate, l2);
        const right = builder.add(builder.sumG[parent]! - found.leftG, builder.sumH[parent]! - found.leftH, rate, l2);
        builder.split(parent, found.column, bins.edges[found.column]![found.code]!, left, right);
        leftSlot[slot] = next.length;
        next.push(left, right);
      }
      for (let i = 0; i < n; i++) {
        const slot = node[i]!;
        if (slot < 0) continue;
        const to = leftSlot[slot]!;
        if (to < 0) {
          logOdds[i]! += builder.value[open[slot]!]!;
          node[i] = -1;
        } else {
          const found = best[slot]!;
          node[i] = codes[found.column * n + i]! <= found.code ? to : to + 1;
        }
      }
      open = next;
    }
    for (let i = 0; i < n; i++) if (node[i]! >= 0) logOdds[i]! += builder.value[open[node[i]!]!]!;
    options.progress?.((round + 1) / rounds);
  }
  return {
    columns: d,
    base,
    roots: Int32Array.from(roots),
    feature: Int16Array.from(builder.feature),
    threshold: Float64Array.from(builder.threshold),
    left: Int32Array.from(builder.left),
    right: Int32Array.from(builder.right),
    value: Float64Array.from(builder.value),
  };
}

/** Log-odds of n rows (x: n × d, row-major). O(n · trees · depth). */
export function predictBoosting(model: BoostedTrees, x: Float64Array): Float64Array {
  const d = model.columns;
  const n = x.length / d;
  const out = new Float64Array(n).fill(model.base);
  for (let i = 0; i < n; i++) {
    for (let t = 0; t < model.roots.length; t++) {
      let at = model.roots[t]!;
      while (model.feature[at]! >= 0) {
        at = x[i * d + model.feature[at]!]! <= model.threshold[at]! ? model.left[at]! : model.right[at]!;
      }
      out[i]! += model.value[at]!;
    }
  }
  return out;
}

/**
 * Splits one row's log-odds into a share of each column: each step down a tree credits the column of its split with the
 * change of the node's value. They add up: base + Σ contributions = log-odds (to rounding).
 *
 * @returns `base` (log-odds of nobody in particular, the roots included) and d contributions. O(trees · depth). Saabas 2014.
 */
export function explainBoosting(
  model: BoostedTrees,
  x: ArrayLike<number>,
  row = 0,
): { base: number; contributions: Float64Array } {
  const d = model.columns;
  const contributions = new Float64Array(d);
  let base = model.base;
  for (let t = 0; t < model.roots.length; t++) {
    let at = model.roots[t]!;
    base += model.value[at]!;
    while (model.feature[at]! >= 0) {
      const column = model.feature[at]!;
      const to = x[row * d + column]! <= model.threshold[at]! ? model.left[at]! : model.right[at]!;
      contributions[column]! += model.value[to]! - model.value[at]!;
      at = to;
    }
  }
  return { base, contributions };
}

class TreeBuilder {
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly value: number[] = [];
  readonly sumG: number[] = [];
  readonly sumH: number[] = [];

  add(g: number, h: number, rate: number, l2: number): number {
    this.feature.push(-1);
    this.threshold.push(0);
    this.left.push(-1);
    this.right.push(-1);
    this.value.push((rate * g) / (h + l2));
    this.sumG.push(g);
    this.sumH.push(h);
    return this.feature.length - 1;
  }

  split(at: number, column: number, threshold: number, left: number, right: number): void {
    this.feature[at] = column;
    this.threshold[at] = threshold;
    this.left[at] = left;
    this.right[at] = right;
  }
}
