import type { Pool } from 'pg';
import type { ChurnInput, ChurnWindow } from '../ml/churn-estimator.ts';
import { churnColumns, churnFeatures, writeChurnColumns } from './churn-columns.ts';
import { customerFeatures, featuresSql } from './customer-features.ts';
import {
  type CustomerShare,
  everybody,
  firstOrderFrom,
  loadOrderHistory,
  type OrderHistory,
  toBaskets,
} from './order-history.ts';
import { computeProductFeatures, productFeatures } from './product-features.ts';

/** Days without an order that may count as having left. */
const horizons = [30, 60, 90, 120, 180] as const;
/** The horizon is the shortest within which this part of all returns happens. */
const returnsWithin = 0.85;
/** Days from one snapshot to the next, and length of the windows that tell the season. */
const stepDays = 15;
const shortDays = 28;
/** Snapshots on the short step; older ones, for the season, are a month apart. */
const denseSnapshots = 16;
/** Snapshots begin when the shop has been seen for this long. */
const warmUpDays = 25;
/** At most so many customers train; all are scored. */
const mostCustomers = 6_000;

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

/** The estimator's input with what is kept of it for the reasons. */
export interface ChurnData extends ChurnInput {
  /** n × `churnFeatures` of the current window, row-major. */
  features: Float32Array;
}

/** Loads everything that the churn model is fitted on. Undefined where there is no order at all. */
export async function loadChurnInput(db: Pool, asOf: Date): Promise<ChurnData | undefined> {
  const { rows } = await db.query<{ customers: number }>(
    "SELECT count(*) AS customers FROM users.customer WHERE order_count > 0 AND starts_with(customer_key, 'u:')",
  );
  const count = rows[0]?.customers ?? 0;
  if (count === 0) return undefined;
  const share: CustomerShare = { part: Math.ceil((1000 * mostCustomers) / Math.max(count, mostCustomers)), of: 1000 };
  const history = await loadOrderHistory(db, asOf, everybody);
  if (history.customers.length === 0) return undefined;
  const asOfDay = asOf.getTime() / 86_400_000;
  const firstDay = history.day.reduce((low, day) => Math.min(low, day), Number.POSITIVE_INFINITY);
  const horizonDays = chooseHorizon(history, asOfDay, asOfDay - firstDay);
  const numbers = new Map(history.customers.map((key, i) => [key, i]));
  const load = (day: number, wanted: CustomerShare) =>
    loadWindow(db, history, numbers, { day, firstDay, asOfDay, horizonDays, share: wanted });
  const snapshots: ChurnWindow[] = [];
  for (const day of snapshotDays(asOfDay, firstDay, horizonDays)) snapshots.push((await load(day, share)).window);
  const { window: current, features } = await load(asOfDay, everybody);
  return {
    asOfDay,
    horizonDays,
    shortDays,
    firstDay,
    columns: churnColumns.map(({ name }) => name),
    readable: readableFeatures,
    baskets: toBaskets(history),
    customers: history.customers,
    snapshots,
    current,
    features,
  };
}

/**
 * Days without an order that count as having left: the shortest horizon that covers most returns, as far as two of them fit into
 * the history. A gap that is still open counts once it is longer than the horizon.
 */
function chooseHorizon(history: OrderHistory, asOfDay: number, historyDays: number): number {
  const gaps: number[] = [];
  for (let c = 0; c < history.customers.length; c++) {
    for (let i = history.start[c]! + 1; i < history.start[c + 1]!; i++) {
      const gap = history.day[i]! - history.day[i - 1]!;
      if (gap >= 1) gaps.push(gap);
    }
  }
  const fitting = horizons.filter((days) => 2 * days + warmUpDays <= historyDays);
  const covering = fitting.find((days) => {
    const seen = gaps.filter((gap) => gap <= asOfDay);
    return seen.filter((gap) => gap <= days).length >= returnsWithin * seen.length;
  });
  return covering ?? fitting.at(-1) ?? horizons[0];
}

/** Days of snapshots, oldest first: closed ones on the short step back from the latest, older ones monthly, later ones for the season. */
function snapshotDays(asOfDay: number, firstDay: number, horizonDays: number): number[] {
  const days: number[] = [];
  const latest = asOfDay - horizonDays;
  let day = latest;
  for (let i = 0; i < denseSnapshots && day >= firstDay + warmUpDays; i++, day -= stepDays) days.push(day);
  for (day -= stepDays; day >= Math.max(firstDay + warmUpDays, asOfDay - 760); day -= 2 * stepDays) days.push(day);
  for (day = latest + stepDays; day <= asOfDay - shortDays; day += stepDays) days.push(day);
  return days.sort((a, b) => a - b);
}

async function loadWindow(
  db: Pool,
  history: OrderHistory,
  numbers: ReadonlyMap<string, number>,
  {
    day,
    firstDay,
    asOfDay,
    horizonDays,
    share,
  }: { day: number; firstDay: number; asOfDay: number; horizonDays: number; share: CustomerShare },
): Promise<{ window: ChurnWindow; features: Float32Array }> {
  // Back to the millisecond: the cut must fall on the same side of an order in SQL and here.
  const moment = new Date(Math.round(day * 86_400_000));
  const cut = moment.getTime() / 86_400_000;
  const { rows } = await db.query<[string, ...number[]]>({
    text: featuresSql,
    values: [moment, share.part, share.of],
    rowMode: 'array',
  });
  const products = computeProductFeatures(history, cut, firstDay);
  const n = rows.length;
  const d = churnColumns.length;
  const window: ChurnWindow = {
    day: cut,
    customer: new Int32Array(n),
    x: new Float64Array(n * d),
    readable: new Float64Array(n * readableFeatures.length),
  };
  const closed = (days: number): boolean => cut + days <= asOfDay + 1e-6;
  const left = closed(horizonDays) ? new Uint8Array(n) : undefined;
  const quiet = closed(shortDays) ? new Uint8Array(n) : undefined;
  // Single precision, as it is kept with the scores: they can be made again from what is kept.
  const width = churnFeatures.length;
  const features = new Float32Array(n * width);
  const readable = readableFeatures.map((name) => churnFeatures.indexOf(name));
  for (const [i, row] of rows.entries()) {
    const customer = numbers.get(row[0])!;
    const own = features.subarray(i * width, i * width + width);
    for (let j = 0; j < customerFeatures.length; j++) own[j] = row[j + 1] as number;
    const bought = productFeatures.length;
    own.set(products.subarray(customer * bought, customer * bought + bought), customerFeatures.length);
    window.customer[i] = customer;
    writeChurnColumns(own, window.x, i * d);
    for (const [j, at] of readable.entries()) window.readable[i * readable.length + j] = own[at]!;
    const next = firstOrderFrom(history, customer, cut);
    const wait = next < history.start[customer + 1]! ? history.day[next]! - cut : Number.POSITIVE_INFINITY;
    if (left) left[i] = wait > horizonDays ? 1 : 0;
    if (quiet) quiet[i] = wait > shortDays ? 1 : 0;
  }
  return { window: { ...window, ...(left ? { left } : {}), ...(quiet ? { quiet } : {}) }, features };
}
