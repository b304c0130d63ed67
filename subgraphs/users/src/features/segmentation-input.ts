import type { Pool } from 'pg';
import { type SegmentationInput, segmentFacts } from '../ml/segmentation-estimator.ts';
import type { UnusualCustomersInput } from '../ml/unusual-customers-estimator.ts';
import { type FeatureName, featuresSqlFor } from './customer-features.ts';
import { everybody } from './order-history.ts';

/** Columns that customers are segmented by, evened by logarithms; a week and a month are added to days, below which differences say little. */
export const segmentationColumns = ['recency', 'orders', 'revenue', 'tenure'] as const;

/** What a hold-out looks back at. */
const holdOutDays = 90;

type Features = [string, ...number[]][];

const needed = [
  'recencyDays',
  'orders',
  'revenueMinor',
  'tenureDays',
  'spanDays',
] as const satisfies readonly FeatureName[];
const read = (row: Features[number], name: (typeof needed)[number]): number => row[needed.indexOf(name) + 1] as number;
const sql = featuresSqlFor(needed);

async function loadFeatures(db: Pool, moment: Date): Promise<Features> {
  const { rows } = await db.query<Features[number]>({
    text: sql,
    values: [moment, everybody.part, everybody.of],
    rowMode: 'array',
  });
  return rows;
}

/** Writes the columns of one customer, made of their `segmentFacts`, into `out` from `at` on. */
export function writeSegmentationColumns(facts: ArrayLike<number>, out: Float64Array, at = 0): void {
  const [recencyDays, orders, revenueMinor, tenureDays] = [facts[0]!, facts[1]!, facts[2]!, facts[3]!];
  out[at] = Math.log(recencyDays + 7);
  out[at + 1] = Math.log(orders);
  out[at + 2] = Math.log1p(Math.max(0, revenueMinor) / 100);
  out[at + 3] = Math.log(tenureDays + 30);
}

function toColumns(rows: Features): Float64Array {
  const facts = toFacts(rows);
  const width = segmentFacts.length;
  const x = new Float64Array(rows.length * segmentationColumns.length);
  for (let i = 0; i < rows.length; i++) {
    writeSegmentationColumns(facts.subarray(i * width, i * width + width), x, i * segmentationColumns.length);
  }
  return x;
}

/** Loads what the segmentation is fitted on: all customers with an account and an order. */
export async function loadSegmentationInput(db: Pool, asOf: Date): Promise<SegmentationInput> {
  const before = new Date(asOf.getTime() - holdOutDays * 86_400_000);
  const now = await loadFeatures(db, asOf);
  const earlier = await loadFeatures(db, before);
  const spent = await db.query<{ customer_key: string; spend: number }>(
    `SELECT customer_key, sum(revenue_minor) AS spend FROM users.person_order
     WHERE occurred_at >= $1 AND occurred_at < $2 AND total_minor > 0 AND starts_with(customer_key, 'u:') GROUP BY 1`,
    [before, asOf],
  );
  const spendOf = new Map(spent.rows.map(({ customer_key, spend }) => [customer_key, spend]));
  const previous = await db.query<SegmentationInput['previous'][number]>(
    'SELECT id, key, centre FROM users.segment ORDER BY key',
  );
  const gaps = now
    .filter((row) => read(row, 'orders') > 1)
    .map((row) => read(row, 'spanDays') / (read(row, 'orders') - 1))
    .sort((a, b) => a - b);
  return {
    columns: segmentationColumns,
    customers: now.map((row) => row[0]),
    x: toColumns(now),
    facts: toFacts(now),
    usualGapDays: gaps[gaps.length >> 1] ?? 60,
    earlier: {
      x: toColumns(earlier),
      spend: Float64Array.from(earlier, (row) => spendOf.get(row[0]) ?? 0),
    },
    previous: previous.rows,
  };
}

/** Loads what unusual customers are found in: the columns of the segmentation, now and 90 days ago. */
export async function loadUnusualCustomersInput(
  db: Pool,
  asOf: Date,
): Promise<UnusualCustomersInput & { facts: Float64Array }> {
  const now = await loadFeatures(db, asOf);
  const earlier = await loadFeatures(db, new Date(asOf.getTime() - holdOutDays * 86_400_000));
  return {
    columns: segmentationColumns,
    customers: now.map((row) => row[0]),
    x: toColumns(now),
    facts: toFacts(now),
    earlier: { customers: earlier.map((row) => row[0]), x: toColumns(earlier) },
  };
}

function toFacts(rows: Features): Float64Array {
  const facts = new Float64Array(rows.length * segmentFacts.length);
  for (const [i, row] of rows.entries()) {
    for (const [j, name] of segmentFacts.entries()) facts[i * segmentFacts.length + j] = read(row, name);
  }
  return facts;
}
