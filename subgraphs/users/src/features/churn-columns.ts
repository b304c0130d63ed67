import type { ChurnScorer } from '../ml/churn-scorer.ts';
import { customerFeatures, type FeatureName } from './customer-features.ts';
import { type ProductFeatureName, productFeatures } from './product-features.ts';

/** What a column tells about; reasons are given by theme. */
export const churnThemes = [
  'RECENCY',
  'FREQUENCY',
  'RHYTHM',
  'SPENDING',
  'TENURE',
  'BASKET',
  'PRODUCTS',
  'RETURNS',
  'DISCOUNTS',
  'BROWSING',
] as const;

export type ChurnTheme = (typeof churnThemes)[number];

type Row = (name: FeatureName | ProductFeatureName) => number;

interface ChurnColumn {
  name: string;
  theme: ChurnTheme;
  of: (f: Row) => number;
}

const log = Math.log1p;
/** Amounts enter by their logarithm, counted in hundreds of minor units. */
const money = (minor: number): number => Math.log1p(Math.max(0, minor) / 100);
/** Usual days between orders: those of the customer, drawn towards 60 days by one and a half imaginary gaps. */
const usualGap = (f: Row): number => (f('spanDays') + 90) / (f('orderDays') - 1 + 1.5);
const ratio = (a: number, b: number, prior: number): number => Math.log((a + prior) / (b + prior));

/** Columns of the churn model: features made even by logarithms and set against each other. */
export const churnColumns: readonly ChurnColumn[] = [
  { name: 'logRecency', theme: 'RECENCY', of: (f) => log(f('recencyDays')) },
  { name: 'recency', theme: 'RECENCY', of: (f) => f('recencyDays') / 100 },
  { name: 'logTenure', theme: 'TENURE', of: (f) => log(f('tenureDays')) },
  { name: 'logOrderDays', theme: 'FREQUENCY', of: (f) => log(f('orderDays') - 1) },
  { name: 'logOrders', theme: 'FREQUENCY', of: (f) => log(f('orders') - 1) },
  { name: 'single', theme: 'FREQUENCY', of: (f) => (f('orderDays') <= 1 ? 1 : 0) },
  { name: 'logRevenue', theme: 'SPENDING', of: (f) => money(f('revenueMinor')) },
  { name: 'logOrderValue', theme: 'SPENDING', of: (f) => money(f('revenueMinor') / f('orders')) },
  { name: 'logUsualGap', theme: 'RHYTHM', of: (f) => Math.log(usualGap(f)) },
  { name: 'overdue', theme: 'RHYTHM', of: (f) => Math.log((f('recencyDays') + 7) / usualGap(f)) },
  {
    name: 'irregularity',
    theme: 'RHYTHM',
    of: (f) => (f('orderDays') > 2 ? f('gapDeviationDays') / (f('spanDays') / (f('orderDays') - 1) + 1) : 0),
  },
  { name: 'logLongestGap', theme: 'RHYTHM', of: (f) => log(f('longestGapDays')) },
  {
    name: 'overdueToLongest',
    theme: 'RHYTHM',
    of: (f) => (f('longestGapDays') > 0 ? ratio(f('recencyDays'), f('longestGapDays'), 7) : 0),
  },
  { name: 'logLatestGap', theme: 'RHYTHM', of: (f) => log(f('latestGapDays')) },
  { name: 'orderDays30', theme: 'FREQUENCY', of: (f) => log(f('orderDays30')) },
  { name: 'orderDays60', theme: 'FREQUENCY', of: (f) => log(f('orderDays60')) },
  { name: 'orderDays90', theme: 'FREQUENCY', of: (f) => log(f('orderDays90')) },
  { name: 'orderDays180', theme: 'FREQUENCY', of: (f) => log(f('orderDays180')) },
  { name: 'revenue30', theme: 'SPENDING', of: (f) => money(f('revenue30Minor')) },
  { name: 'revenue90', theme: 'SPENDING', of: (f) => money(f('revenue90Minor')) },
  { name: 'weighted20', theme: 'FREQUENCY', of: (f) => log(f('weightedOrderDays20')) },
  { name: 'weighted60', theme: 'FREQUENCY', of: (f) => log(f('weightedOrderDays60')) },
  { name: 'weighted150', theme: 'FREQUENCY', of: (f) => log(f('weightedOrderDays150')) },
  { name: 'orderRate', theme: 'FREQUENCY', of: (f) => Math.log((f('orderDays') + 0.5) / (f('tenureDays') + 60)) },
  {
    name: 'orderTrend',
    theme: 'FREQUENCY',
    of: (f) => 2 * f('orderDays90') - f('orderDays180'),
  },
  { name: 'logOrderWeeks', theme: 'FREQUENCY', of: (f) => log(f('orderWeeks')) },
  { name: 'orderMonths', theme: 'FREQUENCY', of: (f) => f('orderMonths') },
  { name: 'monthShare', theme: 'FREQUENCY', of: (f) => f('orderMonths') / (1 + f('tenureDays') / 30.4) },
  { name: 'logProducts', theme: 'BASKET', of: (f) => log(f('products')) },
  { name: 'logLinesPerOrder', theme: 'BASKET', of: (f) => log(f('lines') / f('orders')) },
  { name: 'logUnitsPerLine', theme: 'BASKET', of: (f) => log(f('units') / Math.max(1, f('lines'))) },
  { name: 'repeatShare', theme: 'BASKET', of: (f) => 1 - f('products') / Math.max(1, f('lines')) },
  { name: 'logRepeats', theme: 'BASKET', of: (f) => log(f('orderedProducts') - f('products')) },
  { name: 'logProductsPerOrder', theme: 'BASKET', of: (f) => log(f('products') / f('orders')) },
  { name: 'logFirstLines', theme: 'BASKET', of: (f) => log(f('firstLines')) },
  { name: 'logLatestLines', theme: 'BASKET', of: (f) => log(f('latestLines')) },
  { name: 'logLatestProducts', theme: 'BASKET', of: (f) => log(f('latestProducts')) },
  { name: 'linesTrend', theme: 'BASKET', of: (f) => ratio(f('latestLines'), f('firstLines'), 3) },
  { name: 'latestNewShare', theme: 'BASKET', of: (f) => f('latestNewShare') },
  { name: 'logLinePrice', theme: 'SPENDING', of: (f) => money(f('linePriceMinor')) },
  { name: 'logLatestLinePrice', theme: 'SPENDING', of: (f) => money(f('latestLinePriceMinor')) },
  { name: 'logFirstRevenue', theme: 'SPENDING', of: (f) => money(f('firstRevenueMinor')) },
  { name: 'logLatestRevenue', theme: 'SPENDING', of: (f) => money(f('latestRevenueMinor')) },
  {
    name: 'latestToMean',
    theme: 'SPENDING',
    of: (f) => ratio(f('latestRevenueMinor'), f('revenueMinor') / f('orders'), 2000),
  },
  { name: 'popularity', theme: 'PRODUCTS', of: (f) => f('popularity') },
  { name: 'novelty', theme: 'PRODUCTS', of: (f) => f('novelty') },
  { name: 'productTrend', theme: 'PRODUCTS', of: (f) => f('trend') },
  { name: 'logRefunds', theme: 'RETURNS', of: (f) => log(f('refunds')) },
  { name: 'refundShare', theme: 'RETURNS', of: (f) => Math.min(1, f('refundedMinor') / (f('revenueMinor') + 100)) },
  { name: 'couponShare', theme: 'DISCOUNTS', of: (f) => f('couponShare') },
  { name: 'discountShare', theme: 'DISCOUNTS', of: (f) => f('discountShare') },
  { name: 'visitDays30', theme: 'BROWSING', of: (f) => log(f('visitDays30')) },
  { name: 'visitDays90', theme: 'BROWSING', of: (f) => log(f('visitDays90')) },
  { name: 'views30', theme: 'BROWSING', of: (f) => log(f('views30')) },
  { name: 'adds30', theme: 'BROWSING', of: (f) => log(f('adds30')) },
  { name: 'visitRecency', theme: 'BROWSING', of: (f) => (f('everVisited') ? log(f('visitRecencyDays')) : log(365)) },
  { name: 'everVisited', theme: 'BROWSING', of: (f) => f('everVisited') },
];

/** Names of the features that the columns are made of, in the order of a customer's row. */
export const churnFeatures: readonly (FeatureName | ProductFeatureName)[] = [
  ...customerFeatures.map(({ name }) => name),
  ...productFeatures.map(({ name }) => name),
];

/**
 * The last column comes from the fit, not from the customer's orders alone: how often buyers of the same products leave. It is kept
 * behind the features.
 */
export const boughtColumn = { name: 'bought', theme: 'PRODUCTS' } as const satisfies Omit<ChurnColumn, 'of'>;

/** What is kept of a scored customer: the features, then the column of what was bought. */
export const keptChurnFeatures = [...churnFeatures, boughtColumn.name] as const;

export type KeptChurnFeature = (typeof keptChurnFeatures)[number];

const featureIndex = new Map(churnFeatures.map((name, i) => [name, i] as const));

/** Writes the columns of one customer, `features` in the order of `churnFeatures`, into `out` from `at` on. */
export function writeChurnColumns(features: ArrayLike<number>, out: Float64Array, at = 0): void {
  const read: Row = (name) => features[featureIndex.get(name)!]!;
  for (let j = 0; j < churnColumns.length; j++) out[at + j] = churnColumns[j]!.of(read);
}

/** All columns that a score is made of, from what is kept of a customer (`keptChurnFeatures`). */
export function toScoredColumns(kept: ArrayLike<number>): Float64Array {
  const columns = new Float64Array(churnColumns.length + 1);
  writeChurnColumns(kept, columns);
  columns[churnColumns.length] = kept[churnFeatures.length]!;
  return columns;
}

/** Names of those columns and their themes, in order. */
export const scoredColumns: readonly { name: string; theme: ChurnTheme }[] = [...churnColumns, boughtColumn];

/** What is kept of a customer's score: all that its reasons, and what would change it, are made of. */
export interface ChurnCase {
  /** `keptChurnFeatures`, as of the fit. */
  features: Float32Array;
  scorer: ChurnScorer;
  horizonDays: number;
}
