import { median } from '@cda/platform/ml/robust-statistics.ts';

/**
 * What was sold at which price: one cell per product and week in which a price was known.
 * All cell arrays have n elements; cells may come in any order, each (product, week) at most once.
 */
export interface PricePanel {
  readonly productCount: number;
  readonly weekCount: number;
  readonly categoryCount: number;
  /** n, index in [0, productCount). */
  readonly product: Int32Array;
  /** n, index in [0, weekCount), consecutive weeks in order of time. */
  readonly week: Int32Array;
  /** n, units sold, ≥ 0. */
  readonly units: Float64Array;
  /** n, price > 0 in any one unit of money. */
  readonly price: Float64Array;
  /** n, share of the week with a promotion that is not in the price, 0..1; zeros where nothing is known. */
  readonly promotion: Float64Array;
  /** n, share of the week without stock, 0..1; zeros where nothing is known. */
  readonly stockOut: Float64Array;
  /** productCount, index in [0, categoryCount). */
  readonly category: Int32Array;
}

/** The cells for which `keep(cell)` holds, with the same products, weeks and categories. O(n). */
export function selectCells(panel: PricePanel, keep: (cell: number) => boolean): PricePanel {
  const kept: number[] = [];
  for (let cell = 0; cell < panel.week.length; cell++) if (keep(cell)) kept.push(cell);
  const at = (values: Float64Array): Float64Array => Float64Array.from(kept, (cell) => values[cell]!);
  return {
    ...panel,
    product: Int32Array.from(kept, (cell) => panel.product[cell]!),
    week: Int32Array.from(kept, (cell) => panel.week[cell]!),
    units: at(panel.units),
    price: at(panel.price),
    promotion: at(panel.promotion),
    stockOut: at(panel.stockOut),
  };
}

/** A price so many times off the product's own median is a slip of the keyboard or another thing, not a change of price. */
const implausibleFactor = 5;

/**
 * Cells that can stand in a demand equation: finite numbers, units ≥ 0, a price above 0 and within a factor of five of the
 * product's median. O(n log n).
 */
export function selectUsable(panel: PricePanel): PricePanel {
  const finite = selectCells(
    panel,
    (cell) =>
      panel.price[cell]! > 0 &&
      panel.units[cell]! >= 0 &&
      Number.isFinite(panel.price[cell]!) &&
      Number.isFinite(panel.units[cell]!),
  );
  const prices: number[][] = Array.from({ length: panel.productCount }, () => []);
  finite.product.forEach((p, cell) => {
    prices[p]!.push(finite.price[cell]!);
  });
  const usual = prices.map((list) => median(list));
  return selectCells(finite, (cell) => {
    const ratio = finite.price[cell]! / usual[finite.product[cell]!]!;
    return ratio <= implausibleFactor && ratio >= 1 / implausibleFactor;
  });
}
