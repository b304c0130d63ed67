import type { Client, Pool } from 'pg';
import { customerFeatures, inShare } from './customer-features.ts';
import { countBuyers, loadFeatureTable, momentLiteral, readFeatures } from './feature-table.ts';
import { firstOrderFrom, loadOrderHistory, type OrderHistory } from './order-history.ts';
import { openSharedSnapshot, readersFor } from './shared-snapshot.ts';

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

/** Customers as they stood on one day, with what became of them. */
export interface ChurnSnapshotRows {
  /** Days since 1970. */
  day: number;
  /** Numbers of m customers in the history. */
  customer: Int32Array;
  /** m × `customerFeatures`, row-major, single precision. */
  features: Float32Array;
  /** m labels: 1 where no order followed within the horizon, and within the short window; absent while that is open. */
  left?: Uint8Array;
  quiet?: Uint8Array;
}

/** What the churn model is fitted on and scores, as the tables tell it. */
export interface ChurnData {
  /** Days since 1970, of the present and of the first order. */
  asOfDay: number;
  firstDay: number;
  horizonDays: number;
  shortDays: number;
  /** Keys by number. */
  customers: string[];
  history: OrderHistory;
  snapshots: ChurnSnapshotRows[];
  /** All customers as of now, in the order of their numbers: n × `customerFeatures`, row-major, in shared memory. */
  current: Float32Array;
}

const names = customerFeatures.map(({ name }) => name);

/** Loads everything that the churn model is fitted on. Undefined where there is no order at all. */
export async function loadChurnData(db: Pool, asOf: Date): Promise<ChurnData | undefined> {
  const buyers = await countBuyers(db);
  if (buyers === 0) return undefined;
  await using snapshot = await openSharedSnapshot(db, readersFor(buyers));
  const { customers, ...history } = await loadOrderHistory(snapshot, asOf);
  if (customers.length === 0) return undefined;
  const asOfDay = asOf.getTime() / 86_400_000;
  const firstDay = history.day.reduce((low, day) => Math.min(low, day), Number.POSITIVE_INFINITY);
  const horizonDays = chooseHorizon(history, asOfDay - firstDay);
  const { values: current } = await loadFeatureTable(snapshot, names, asOf, Float32Array);
  const reader = snapshot.readers[0];
  const sample = buyers > mostCustomers ? await drawSample(reader, buyers) : undefined;
  const numbers = new Map<string, number>();
  for (const [i, key] of customers.entries()) if (sample === undefined || sample.has(key)) numbers.set(key, i);
  const keys = sample && `ARRAY[${sample.keys.map((key) => reader.escapeLiteral(key)).join()}]::text[]`;
  const snapshots: ChurnSnapshotRows[] = [];
  for (const day of snapshotDays(asOfDay, firstDay, horizonDays)) {
    // Back to the millisecond: the cut must fall on the same side of an order in SQL and here.
    const moment = new Date(Math.round(day * 86_400_000));
    const scope = { moment: momentLiteral(moment), ...(keys ? { keys } : {}) };
    const table = await readFeatures(reader, names, scope, Float32Array);
    const customer = Int32Array.from(table.keys, (key) => numbers.get(key)!);
    const cut = moment.getTime() / 86_400_000;
    snapshots.push({
      day: cut,
      customer,
      features: table.values.slice(),
      ...labelsOf(history, customer, cut, { asOfDay, horizonDays }),
    });
  }
  return { asOfDay, firstDay, horizonDays, shortDays, customers, history, snapshots, current };
}

interface Sample {
  /** Whether a customer is in it. */
  has(customer: string): boolean;
  /** All keys of its customers. */
  keys: readonly string[];
}

/** Draws the customers that train, by the hash of their keys. */
async function drawSample(reader: Client, buyers: number): Promise<Sample> {
  const of = Math.ceil(buyers / mostCustomers);
  const { rows } = await reader.query<{ key: string }>(
    `SELECT customer_key AS key FROM users.customer
     WHERE order_count > 0 AND starts_with(customer_key, 'u:') AND ${inShare('customer_key', { part: 0, of })} ORDER BY 1`,
  );
  const drawn = rows.map(({ key }) => key);
  const others = await reader.query<{ key: string }>(
    'SELECT customer_key AS key FROM users.identity WHERE canonical_key = ANY ($1) ORDER BY 1',
    [drawn],
  );
  const customers = new Set(drawn);
  return {
    has: (customer) => customers.has(customer),
    keys: [...new Set([...drawn, ...others.rows.map(({ key }) => key)])],
  };
}

/** What became of customers after a day; absent while the window is open. */
function labelsOf(
  history: OrderHistory,
  customer: Int32Array,
  cut: number,
  { asOfDay, horizonDays }: { asOfDay: number; horizonDays: number },
): { left?: Uint8Array; quiet?: Uint8Array } {
  const waits = Float64Array.from(customer, (c) => {
    const next = firstOrderFrom(history, c, cut);
    return next < history.start[c + 1]! ? history.day[next]! - cut : Number.POSITIVE_INFINITY;
  });
  const after = (days: number): Uint8Array | undefined =>
    cut + days <= asOfDay + 1e-6 ? Uint8Array.from(waits, (wait) => (wait > days ? 1 : 0)) : undefined;
  const [left, quiet] = [after(horizonDays), after(shortDays)];
  return { ...(left ? { left } : {}), ...(quiet ? { quiet } : {}) };
}

/** Days without an order that count as having left: the shortest horizon that covers most returns, as far as two of them fit into the history. */
function chooseHorizon({ start, day }: OrderHistory, historyDays: number): number {
  const within = horizons.map(() => 0);
  let gaps = 0;
  for (let c = 0; c < start.length - 1; c++) {
    for (let i = start[c]! + 1; i < start[c + 1]!; i++) {
      const gap = day[i]! - day[i - 1]!;
      if (gap < 1) continue;
      gaps++;
      for (let h = 0; h < horizons.length; h++) if (gap <= horizons[h]!) within[h]!++;
    }
  }
  const fitting = horizons.filter((days) => 2 * days + warmUpDays <= historyDays);
  const covering = fitting.find((_, h) => within[h]! >= returnsWithin * gaps);
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
