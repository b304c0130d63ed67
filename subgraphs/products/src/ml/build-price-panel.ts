import type { PricePanel } from './price-panel.ts';

/** Lines of one product that were sold in one week at one price. */
export interface SaleRow {
  productId: string;
  /** Whole weeks since a Monday. */
  week: number;
  priceMinor: number;
  lines: number;
  units: number;
}

/** What the catalogue said of a product from a moment on. */
export interface CataloguePoint {
  productId: string;
  /** Weeks since the same Monday, with their fraction. */
  week: number;
  priceMinor: number | null;
  stock: number | null;
}

interface Source {
  productIds: readonly string[];
  category: Int32Array;
  categoryCount: number;
  /** In any order. */
  sales: readonly SaleRow[];
  /** By product in order of time. */
  points: readonly CataloguePoint[];
  /** First week that is not over yet. */
  endWeek: number;
}

/**
 * The panel behind an elasticity: in a week with sales the price is the median line's (a wholesale order does not move
 * it); in a week without, it is the catalogue's at the end of the week, or for a shop without catalogue the last one sold
 * at, as long as the product is sold again later. Weeks in which a product was out of stock throughout are left out: they
 * say nothing of its price. O(sales + points + products × weeks).
 */
export function buildPricePanel(source: Source): PricePanel {
  const { productIds, endWeek } = source;
  const indexOf = new Map(productIds.map((id, index) => [id, index]));
  const salesOf: SaleRow[][] = productIds.map(() => []);
  const pointsOf: CataloguePoint[][] = productIds.map(() => []);
  let startWeek = endWeek;
  for (const sale of source.sales) {
    if (sale.week >= endWeek) continue;
    startWeek = Math.min(startWeek, sale.week);
    const p = indexOf.get(sale.productId);
    if (p !== undefined) salesOf[p]!.push(sale);
  }
  for (const point of source.points) {
    const p = indexOf.get(point.productId);
    if (p !== undefined) pointsOf[p]!.push(point);
  }
  const weekCount = endWeek - startWeek;
  const cells = {
    product: [] as number[],
    week: [] as number[],
    units: [] as number[],
    price: [] as number[],
    stockOut: [] as number[],
  };
  productIds.forEach((_, p) => {
    const sold = soldByWeek(salesOf[p]!, startWeek, weekCount);
    const listed = listByWeek(pointsOf[p]!, startWeek, weekCount);
    const lastSold = sold.units.findLastIndex((units) => units > 0);
    let carried = Number.NaN;
    for (let t = 0; t < weekCount; t++) {
      if (sold.units[t]! > 0) carried = sold.price[t]!;
      const known = Number.isFinite(listed.price[t]!) ? listed.price[t]! : t <= lastSold ? carried : Number.NaN;
      const price = sold.units[t]! > 0 ? sold.price[t]! : known;
      if (!(price > 0) || (listed.stockOut[t]! > 0.999 && sold.units[t] === 0)) continue;
      cells.product.push(p);
      cells.week.push(t);
      cells.units.push(sold.units[t]!);
      cells.price.push(price);
      cells.stockOut.push(Math.min(1, listed.stockOut[t]!));
    }
  });
  return {
    productCount: productIds.length,
    weekCount,
    categoryCount: source.categoryCount,
    product: Int32Array.from(cells.product),
    week: Int32Array.from(cells.week),
    units: Float64Array.from(cells.units),
    price: Float64Array.from(cells.price),
    promotion: new Float64Array(cells.week.length),
    stockOut: Float64Array.from(cells.stockOut),
    category: source.category,
  };
}

/** Units and median line price of each week; NaN prices where nothing was sold. */
function soldByWeek(
  sales: SaleRow[],
  startWeek: number,
  weekCount: number,
): { units: Float64Array; price: Float64Array } {
  const units = new Float64Array(weekCount);
  const price = new Float64Array(weekCount).fill(Number.NaN);
  const byWeek = Map.groupBy(sales, (sale) => sale.week - startWeek);
  for (const [t, rows] of byWeek) {
    rows.sort((a, b) => a.priceMinor - b.priceMinor);
    const lines = rows.reduce((sum, row) => sum + row.lines, 0);
    const at = (place: number): number => {
      let passed = 0;
      for (const row of rows) {
        passed += row.lines;
        if (passed > place) return row.priceMinor;
      }
      return Number.NaN;
    };
    price[t] = (at(Math.floor((lines - 1) / 2)) + at(Math.floor(lines / 2))) / 2;
    for (const row of rows) units[t]! += row.units;
  }
  return { units, price };
}

/** Catalogue price at the end of each week, NaN before the first, and the share of the week without stock. */
function listByWeek(
  points: CataloguePoint[],
  startWeek: number,
  weekCount: number,
): { price: Float64Array; stockOut: Float64Array } {
  const price = new Float64Array(weekCount).fill(Number.NaN);
  const stockOut = new Float64Array(weekCount);
  let next = 0;
  let current = Number.NaN;
  let emptySince = Number.NaN;
  for (let t = 0; t < weekCount; t++) {
    const end = startWeek + t + 1;
    for (; next < points.length && points[next]!.week < end; next++) {
      const point = points[next]!;
      if (point.priceMinor !== null) current = point.priceMinor;
      if (point.stock === null) continue;
      if (point.stock === 0 && Number.isNaN(emptySince)) emptySince = point.week;
      if (point.stock > 0 && !Number.isNaN(emptySince)) {
        stockOut[t]! += point.week - Math.max(emptySince, end - 1);
        emptySince = Number.NaN;
      }
    }
    if (!Number.isNaN(emptySince)) stockOut[t]! += end - Math.max(emptySince, end - 1);
    price[t] = current;
  }
  return { price, stockOut };
}
