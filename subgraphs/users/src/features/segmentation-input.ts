import type { Pool } from 'pg';
import { type SegmentationInput, segmentFacts } from '../ml/segmentation-estimator.ts';
import type { UnusualCustomersInput } from '../ml/unusual-customers-estimator.ts';
import type { FeatureName } from './customer-features.ts';
import { countBuyers, type FeatureTable, loadFeatureTable } from './feature-table.ts';
import { openSharedSnapshot, readersFor } from './shared-snapshot.ts';

/** Columns that customers are segmented by, evened by logarithms; a week and a month are added to days, below which differences say little. */
export const segmentationColumns = ['recency', 'orders', 'revenue', 'tenure'] as const;

/** What a hold-out looks back at. */
const holdOutDays = 90;

const needed = [...segmentFacts, 'spanDays'] as const satisfies readonly FeatureName[];
const at = (name: (typeof needed)[number]): number => needed.indexOf(name);

/** Writes the columns of one customer, made of their `segmentFacts`, into `out` from `at` on. */
export function writeSegmentationColumns(facts: ArrayLike<number>, out: Float64Array, at = 0): void {
  const [recencyDays, orders, revenueMinor, tenureDays] = [facts[0]!, facts[1]!, facts[2]!, facts[3]!];
  out[at] = Math.log(recencyDays + 7);
  out[at + 1] = Math.log(orders);
  out[at + 2] = Math.log1p(Math.max(0, revenueMinor) / 100);
  out[at + 3] = Math.log(tenureDays + 30);
}

/** n × d columns of the customers of a table, in shared memory. */
function toColumns({ keys, values }: FeatureTable<Float64Array>): Float64Array {
  const d = segmentationColumns.length;
  const x = new Float64Array(new SharedArrayBuffer(8 * keys.length * d));
  for (let i = 0; i < keys.length; i++) {
    writeSegmentationColumns(values.subarray(i * needed.length, (i + 1) * needed.length), x, i * d);
  }
  return x;
}

/** n × 4 facts, in shared memory. */
function toFacts({ keys, values }: FeatureTable<Float64Array>): Float64Array {
  const width = segmentFacts.length;
  const facts = new Float64Array(new SharedArrayBuffer(8 * keys.length * width));
  for (let i = 0; i < keys.length; i++) {
    for (let j = 0; j < width; j++) facts[i * width + j] = values[i * needed.length + j]!;
  }
  return facts;
}

async function loadTables(
  db: Pool,
  asOf: Date,
): Promise<{ now: FeatureTable<Float64Array>; earlier: FeatureTable<Float64Array> }> {
  await using snapshot = await openSharedSnapshot(db, readersFor(await countBuyers(db)));
  const now = await loadFeatureTable(snapshot, needed, asOf, Float64Array);
  const before = new Date(asOf.getTime() - holdOutDays * 86_400_000);
  return { now, earlier: await loadFeatureTable(snapshot, needed, before, Float64Array) };
}

/** Loads what the segmentation is fitted on: all customers with an account and an order, with their keys. */
export async function loadSegmentationInput(
  db: Pool,
  asOf: Date,
): Promise<SegmentationInput & { customers: string[] }> {
  const { now, earlier } = await loadTables(db, asOf);
  const { rows: previous } = await db.query<SegmentationInput['previous'][number]>(
    'SELECT id, key, centre FROM users.segment ORDER BY key',
  );
  const gaps = new Float64Array(now.keys.length);
  let repeating = 0;
  for (let i = 0; i < now.keys.length; i++) {
    const orders = now.values[i * needed.length + at('orders')]!;
    if (orders > 1) gaps[repeating++] = now.values[i * needed.length + at('spanDays')]! / (orders - 1);
  }
  const sorted = gaps.subarray(0, repeating).sort();
  return {
    columns: segmentationColumns,
    customers: now.keys,
    x: toColumns(now),
    facts: toFacts(now),
    usualGapDays: sorted[sorted.length >> 1] ?? 60,
    earlier: { x: toColumns(earlier), spend: spendBetween(earlier, now) },
    previous,
  };
}

/** The number that each earlier customer has now: who had an order then has one now, and both tables are in the same order. */
function numbersIn(now: FeatureTable<Float64Array>, earlier: FeatureTable<Float64Array>): Int32Array {
  const numbers = new Int32Array(new SharedArrayBuffer(4 * earlier.keys.length));
  let j = 0;
  for (const [i, key] of earlier.keys.entries()) {
    while (now.keys[j] !== key) j++;
    numbers[i] = j;
  }
  return numbers;
}

/** What each earlier customer spent since: all that they have spent now, less what they had then. */
function spendBetween(earlier: FeatureTable<Float64Array>, now: FeatureTable<Float64Array>): Float64Array {
  const spend = new Float64Array(new SharedArrayBuffer(8 * earlier.keys.length));
  const revenue = at('revenueMinor');
  for (const [i, j] of numbersIn(now, earlier).entries()) {
    spend[i] = now.values[j * needed.length + revenue]! - earlier.values[i * needed.length + revenue]!;
  }
  return spend;
}

/** Loads what unusual customers are found in: the columns of the segmentation, now and 90 days ago. */
export async function loadUnusualCustomersInput(
  db: Pool,
  asOf: Date,
): Promise<UnusualCustomersInput & { customers: string[]; facts: Float64Array }> {
  const { now, earlier } = await loadTables(db, asOf);
  return {
    columns: segmentationColumns,
    customers: now.keys,
    x: toColumns(now),
    facts: toFacts(now),
    earlier: { x: toColumns(earlier), now: numbersIn(now, earlier) },
  };
}
