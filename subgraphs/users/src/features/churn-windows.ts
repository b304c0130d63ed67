import type { ChurnInput, ChurnWindow } from '../ml/churn-estimator.ts';
import { churnColumns, churnFeatures, writeChurnColumns } from './churn-columns.ts';
import type { ChurnData, ChurnSnapshotRows } from './churn-input.ts';
import { customerFeatures } from './customer-features.ts';
import { toBaskets } from './order-history.ts';
import { computeProductFeatures, productFeatures } from './product-features.ts';

/** Columns of the readable tree, by feature. */
export const readableFeatures = [
  'recencyDays',
  'orders',
  'tenureDays',
  'orderDays90',
  'longestGapDays',
  'visitDays30',
  'couponShare',
] as const;

const own = customerFeatures.length;
const bought = productFeatures.length;
const readable = readableFeatures.map((name) => churnFeatures.indexOf(name));

/**
 * Makes the estimator's input of what the tables tell; with the features of what all customers bought, n × `productFeatures`. Work for
 * the estimator's thread: O(snapshots · lines).
 */
export function toChurnInput(data: Omit<ChurnData, 'customers'>): { input: ChurnInput; products: Float32Array } {
  const { asOfDay, firstDay, horizonDays, shortDays, history, current } = data;
  const products = computeProductFeatures(history, asOfDay, firstDay);
  const row = new Float32Array(churnFeatures.length);
  const d = churnColumns.length;
  return {
    products,
    input: {
      asOfDay,
      horizonDays,
      shortDays,
      firstDay,
      columns: churnColumns.map(({ name }) => name),
      readable: readableFeatures,
      baskets: toBaskets(history),
      snapshots: data.snapshots.map((snapshot) => toWindow(snapshot, data)),
      current: {
        day: asOfDay,
        count: current.length / own,
        columns: (from, to) => {
          const x = new Float64Array((to - from) * d);
          for (let i = from; i < to; i++) {
            row.set(current.subarray(i * own, i * own + own));
            row.set(products.subarray(i * bought, i * bought + bought), own);
            writeChurnColumns(row, x, (i - from) * d);
          }
          return x;
        },
      },
    },
  };
}

function toWindow(
  { features, ...snapshot }: ChurnSnapshotRows,
  { history, firstDay }: Pick<ChurnData, 'history' | 'firstDay'>,
): ChurnWindow {
  const n = snapshot.customer.length;
  const d = churnColumns.length;
  const products = computeProductFeatures(history, snapshot.day, firstDay, snapshot.customer);
  const x = new Float64Array(n * d);
  const shown = new Float64Array(n * readable.length);
  // Single precision, as it is kept with the scores: they can be made again from what is kept.
  const row = new Float32Array(churnFeatures.length);
  for (let i = 0; i < n; i++) {
    row.set(features.subarray(i * own, i * own + own));
    row.set(products.subarray(i * bought, i * bought + bought), own);
    writeChurnColumns(row, x, i * d);
    for (const [j, at] of readable.entries()) shown[i * readable.length + j] = row[at]!;
  }
  return { ...snapshot, x, readable: shown };
}
