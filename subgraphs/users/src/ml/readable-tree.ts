import { createRandom } from '@cda/platform/ml/random.ts';
import { DecisionTreeClassifier } from 'ml-cart';

/** A condition on the way to a leaf: the column's value is below `below`, or at least `atLeast`, or between. */
export interface RuleCondition {
  column: number;
  atLeast?: number;
  below?: number;
}

/** A leaf of the tree in words' reach: who it holds, how many, and what happened to them. */
export interface ReadableRule {
  conditions: RuleCondition[];
  /** Rows of the training sample in the leaf. */
  rows: number;
  /** Share of positives among them. */
  share: number;
}

/** ml-cart is quadratic in the rows: this many still take less than a second. */
const MOST_ROWS = 1500;

interface Node {
  splitColumn?: number;
  splitValue?: number;
  left?: Node;
  right?: Node;
}

/**
 * Grows a small classification tree by ml-cart on at most 1,500 rows, drawn with the shares of both labels kept, and reads its leaves
 * as rules, the one with the highest share of positives first.
 *
 * @param x n × d, row-major, finite. @param y n labels of 0 and 1.
 * @returns no rule where only one label occurs. Seeded. O(rows² · d · depth). Breiman et al. 1984 (CART).
 */
export function fitReadableTree(
  x: Float64Array,
  y: ArrayLike<number>,
  d: number,
  { seed, depth = 3, mostRows = MOST_ROWS }: { seed: number; depth?: number; mostRows?: number },
): ReadableRule[] {
  const rows = drawStratified(y, Math.min(mostRows, MOST_ROWS, y.length), seed);
  const labels = rows.map((i) => y[i]!);
  if (new Set(labels).size < 2) return [];
  const tree = new DecisionTreeClassifier({
    gainFunction: 'gini',
    maxDepth: depth,
    minNumSamples: Math.max(10, Math.round(rows.length / 40)),
    // The library's own threshold of .01 prunes nearly everything.
    gainThreshold: 0,
  });
  tree.train(
    rows.map((i) => Array.from({ length: d }, (_, j) => x[i * d + j]!)),
    labels,
  );
  const rules: ReadableRule[] = [];
  const descend = (node: Node, within: number[], conditions: RuleCondition[]): void => {
    const { splitColumn: column, splitValue: value, left, right } = node;
    if (!left || !right || column === undefined || value === undefined) {
      // Counted here: a leaf of the library has only as many columns as its highest label.
      const positives = within.reduce((sum, i) => sum + (y[i]! > 0 ? 1 : 0), 0);
      if (within.length > 0) rules.push({ conditions, rows: within.length, share: positives / within.length });
      return;
    }
    descend(
      left,
      within.filter((i) => x[i * d + column]! < value),
      narrow(conditions, { column, below: value }),
    );
    descend(
      right,
      within.filter((i) => x[i * d + column]! >= value),
      narrow(conditions, { column, atLeast: value }),
    );
  };
  descend(tree.root as Node, rows, []);
  return rules.sort((a, b) => b.share - a.share || b.rows - a.rows);
}

/** The rule that a row falls under. */
export function findRule(
  rules: readonly ReadableRule[],
  x: Float64Array,
  d: number,
  row: number,
): ReadableRule | undefined {
  return rules.find(({ conditions }) =>
    conditions.every(({ column, atLeast, below }) => {
      const value = x[row * d + column]!;
      return (atLeast === undefined || value >= atLeast) && (below === undefined || value < below);
    }),
  );
}

/** A condition on a column that already has one takes the tighter bounds. */
function narrow(conditions: readonly RuleCondition[], added: RuleCondition): RuleCondition[] {
  const known = conditions.find(({ column }) => column === added.column);
  return [...conditions.filter((condition) => condition !== known), { ...known, ...added }];
}

function drawStratified(y: ArrayLike<number>, most: number, seed: number): number[] {
  const random = createRandom(seed);
  const groups = [0, 1].map((label) =>
    random.shuffle(Array.from({ length: y.length }, (_, i) => i).filter((i) => (y[i]! > 0 ? 1 : 0) === label)),
  );
  return groups.flatMap((group) => group.slice(0, Math.round((most * group.length) / y.length))).sort((a, b) => a - b);
}
