import { copyOut, readDouble, readText } from '@cda/platform/database/copy-out.ts';
import type { Pool } from 'pg';
import type { LifetimeValueInput, Purchases } from '../ml/lifetime-value-estimator.ts';
import { type FeatureScope, ofPeople } from './customer-features.ts';
import { countBuyers, momentLiteral } from './feature-table.ts';
import { GrowingColumn, shareJoined } from './growing-column.ts';
import { openSharedSnapshot, readersFor, type SharedSnapshot } from './shared-snapshot.ts';

/** Days that are foreseen in the hold-out, at most a third of the history. */
const holdOutDays = 90;

/** What is read of a customer: orders by calendar day before the moment, and what followed until the end. */
const columns = [
  'firstDay',
  /** Days with orders before the moment, and the latest of them. */
  'days',
  'lastDay',
  /** Moment of the latest order before, in days. */
  'lastOrder',
  'revenue',
  'laterDays',
  'laterRevenue',
] as const;

/** Purchases before a moment, by day; what followed from then until the end. Only customers with one before the moment. */
const purchasesSql = (moment: string, until: string, share: Pick<FeatureScope, 'share'>): string => `
SELECT person, min(day), (count(*) FILTER (WHERE past))::double precision, max(day) FILTER (WHERE past), max(latest) FILTER (WHERE past),
  coalesce(sum(revenue) FILTER (WHERE past), 0), (count(*) FILTER (WHERE NOT past))::double precision,
  coalesce(sum(revenue) FILTER (WHERE NOT past), 0)
FROM (
  SELECT person, floor(at) AS day, past, max(at) AS latest, sum(revenue) AS revenue
  FROM ${ofPeople(
    'customer_order',
    `extract(epoch FROM t.occurred_at)::double precision / 86400 AS at, t.occurred_at < ${moment} AS past,
      t.revenue_minor::double precision AS revenue`,
    `t.occurred_at < ${until} AND t.total_minor > 0`,
    { moment, ...share },
  )} orders
  GROUP BY 1, 2, 3
) d
GROUP BY person HAVING bool_or(past) ORDER BY person COLLATE "C"`;

/** What is kept of a customer's value, for the reasons. The first three in weeks but for the count, as the model takes them. */
export const lifetimeValueFeatures = [
  'frequency',
  'recencyWeeks',
  'ageWeeks',
  'meanValueMinor',
  'sinceLatestDays',
  'orderValueMinor',
] as const;

/** What is fitted on, and what is told beside it. */
interface LoadedInput extends LifetimeValueInput {
  historyDays: number;
  /** Days since each customer's latest order, counted from its moment as recency is; the model itself counts calendar days. */
  sinceLatest: Float64Array;
}

interface PurchaseTable {
  keys: string[];
  /** n × columns, row-major. */
  values: Float64Array;
}

async function loadPurchases({ readers }: SharedSnapshot, moment: Date, until: Date): Promise<PurchaseTable> {
  const parts = await Promise.all(
    readers.map(async (reader, part) => {
      const keys: string[] = [];
      const values = new GrowingColumn(Float64Array);
      const share = readers.length > 1 ? { share: { part, of: readers.length } } : {};
      await copyOut(reader, purchasesSql(momentLiteral(moment), momentLiteral(until), share), (row) => {
        keys.push(readText(row));
        for (let j = 0; j < columns.length; j++) values.push(readDouble(row));
      });
      return { keys, values: values.values };
    }),
  );
  return {
    keys: parts.length === 1 ? parts[0]!.keys : parts.flatMap(({ keys }) => keys),
    values: shareJoined(
      Float64Array,
      parts.map(({ values }) => values),
    ),
  };
}

/** A column made of each customer's row, in shared memory. */
function columnOf(
  { keys, values }: PurchaseTable,
  of: (read: (name: (typeof columns)[number]) => number) => number,
): Float64Array {
  const column = new Float64Array(new SharedArrayBuffer(8 * keys.length));
  let from = 0;
  const read = (name: (typeof columns)[number]): number => values[from + columns.indexOf(name)]!;
  for (let i = 0; i < column.length; i++, from += columns.length) column[i] = of(read);
  return column;
}

/** Loads what lifetime values are fitted on. Undefined where there is no paid order. */
export async function loadLifetimeValueInput(db: Pool, asOf: Date): Promise<LoadedInput | undefined> {
  await using snapshot = await openSharedSnapshot(db, readersFor(await countBuyers(db)));
  const now = await loadPurchases(snapshot, asOf, asOf);
  if (now.keys.length === 0) return undefined;
  const today = asOf.getTime() / 86_400_000;
  let firstDay = Number.POSITIVE_INFINITY;
  for (let at = 0; at < now.values.length; at += columns.length) firstDay = Math.min(firstDay, now.values[at]!);
  const historyDays = today - firstDay;
  const days = Math.min(holdOutDays, historyDays / 3);
  const before = new Date(asOf.getTime() - days * 86_400_000);
  const earlier = await loadPurchases(snapshot, before, asOf);
  return {
    historyDays,
    sinceLatest: columnOf(now, (read) => today - read('lastOrder')),
    customers: now.keys,
    purchases: toPurchases(now, today),
    earlier: {
      purchases: toPurchases(earlier, before.getTime() / 86_400_000),
      weeks: days / 7,
      later: columnOf(earlier, (read) => read('laterDays')),
      laterRevenue: columnOf(earlier, (read) => read('laterRevenue')),
    },
  };
}

function toPurchases(table: PurchaseTable, today: number): Purchases {
  return {
    frequency: columnOf(table, (read) => read('days') - 1),
    recency: columnOf(table, (read) => (read('lastDay') - read('firstDay')) / 7),
    age: columnOf(table, (read) => Math.max(read('lastDay') - read('firstDay'), today - read('firstDay')) / 7),
    meanValue: columnOf(table, (read) => read('revenue') / read('days')),
  };
}
