import { decodeCursor, encodeCursor } from '@cda/platform/graph/connection.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { LocalText } from '@cda/platform/text.ts';
import type { Pool } from 'pg';
import type { ChurnBand, ProfileField, TimelineKind } from '../generated/resolvers.ts';
import { bandSql } from './churn-overview.ts';
import { keptScoreDays } from './histories.ts';

/** What an entry of each kind holds beside its time. */
interface TimelineFacts {
  ORDER: {
    orderId: string;
    revenueMinor: number;
    discountMinor: number;
    coupon: boolean;
    units: number;
    products: string[];
  };
  REFUND: { orderId: string; revenueMinor: number };
  VISIT: { views: number; adds: number; searches: number; other: number };
  MESSAGE: { event: string; about: string | null };
  PROFILE: { fields: ProfileField[] };
  MERGE: { fromKey: string; intoKey: string; by: string; undone: boolean };
  SEGMENT: { from: LocalText | null; to: LocalText; versionId: string };
  CHURN_BAND: { from: ChurnBand | null; to: ChurnBand; probability: number; versionId: string };
}

interface Place {
  /** Customer whose timeline it is. */
  person: string;
  /** ISO 8601 with microseconds, as cursors have it. */
  at: string;
  /** What makes it one of its kind and time: an id, and the key that it stands under. */
  id: string;
  key: string;
}

/** An entry of one kind. */
export type TimelineRow<Kind extends TimelineKind = TimelineKind> = {
  [K in Kind]: Place & { kind: K } & TimelineFacts[K];
}[Kind];

export type OrderEntryRow = TimelineRow<'ORDER'>;
export type RefundEntryRow = TimelineRow<'REFUND'>;
export type VisitEntryRow = TimelineRow<'VISIT'>;
export type MessageEntryRow = TimelineRow<'MESSAGE'>;
export type ProfileEntryRow = TimelineRow<'PROFILE'>;
export type MergeEntryRow = TimelineRow<'MERGE'>;
export type SegmentEntryRow = TimelineRow<'SEGMENT'>;
export type ChurnBandEntryRow = TimelineRow<'CHURN_BAND'>;

/** A customer with all keys that are theirs. */
export interface Person {
  key: string;
  keys: readonly string[];
}

/** Which part of timelines is wanted. */
export interface TimelinePart {
  /** Entries at the most. */
  limit: number;
  after: string | null | undefined;
  kinds: readonly TimelineKind[];
}

/** Order of entries of the same moment; a day of browsing, which stands at its beginning, comes last. */
const ranks: Record<TimelineKind, number> = {
  VISIT: 1,
  PROFILE: 2,
  MESSAGE: 3,
  ORDER: 4,
  REFUND: 5,
  MERGE: 6,
  SEGMENT: 7,
  CHURN_BAND: 8,
};
const kindOf = new Map(Object.entries(ranks).map(([kind, rank]) => [rank, kind as TimelineKind]));

/** All kinds. */
export const timelineKinds = Object.keys(ranks) as TimelineKind[];

/** Makes the condition that a row comes after the cursor; rows of one kind are ordered by time, id and key. */
type After = (at: string, id: string, key: string) => string;

/** The rows of one kind of the customer `p.person`, at most `limit` of them for each of the keys. */
type Source = (after: After, limit: number) => string;

/** Rows of a table with a row for each event, found by (key, time). */
const eventsOf =
  (table: string, facts: string, condition = 'true'): Source =>
  (after, limit) =>
    `
  SELECT r.at, r.id, r.key, r.facts FROM key_of AS k, LATERAL (
    SELECT occurred_at AS at, message_id AS id, customer_key AS key, ${facts} AS facts FROM ${table}
    WHERE customer_key = k.key AND ${after('occurred_at', 'message_id', 'customer_key')} AND ${condition}
    ORDER BY occurred_at DESC, message_id DESC LIMIT ${limit}
  ) r WHERE k.person = p.person`;

const startOfDay = "(day::timestamp AT TIME ZONE 'UTC')";

const sources: Record<TimelineKind, Source> = {
  ORDER: eventsOf(
    'users.customer_order',
    `jsonb_build_object('orderId', order_id, 'revenueMinor', revenue_minor, 'discountMinor', discount_minor,
       'coupon', coupon, 'units', units, 'products', products)`,
  ),
  REFUND: eventsOf('users.customer_refund', "jsonb_build_object('orderId', order_id, 'revenueMinor', revenue_minor)"),
  MESSAGE: eventsOf('users.customer_message', "jsonb_build_object('event', name, 'about', about)"),
  // A merge stands under both keys. Where both are the customer's own it is told once.
  MERGE: eventsOf(
    'users.customer_merge',
    "jsonb_build_object('fromKey', from_key, 'intoKey', into_key, 'by', by_whom, 'undone', undone)",
    `(customer_key = from_key OR NOT EXISTS (SELECT FROM key_of AS o WHERE o.person = p.person AND o.key = from_key))`,
  ),
  // A day is among the customer's latest only if it is among those of each key that was seen on it, so that no sum lacks a key.
  VISIT: (after, limit) => `
  SELECT ${startOfDay} AS at, day::text AS id, '' AS key,
    jsonb_build_object('views', sum(views), 'adds', sum(adds), 'searches', sum(searches), 'other', sum(other)) AS facts
  FROM key_of AS k, LATERAL (
    SELECT day, views, adds, searches, other FROM users.customer_day
    WHERE customer_key = k.key AND ${after(startOfDay, 'day::text', "''")} ${dayBound(after)}
    ORDER BY day DESC LIMIT ${limit}
  ) d WHERE k.person = p.person GROUP BY day`,
  // A message says a few fields at the most: the limit leaves the wanted messages whole.
  PROFILE: (after, limit) => `
  SELECT first_at AS at, message_id AS id, customer_key AS key, jsonb_build_object('fields', jsonb_agg(field ORDER BY field)) AS facts
  FROM key_of AS k, LATERAL (
    SELECT first_at, message_id, customer_key, field FROM users.customer_profile_value
    WHERE customer_key = k.key AND ${after('first_at', 'message_id', 'customer_key')}
    ORDER BY first_at DESC, message_id DESC LIMIT ${limit * profileFields}
  ) v WHERE k.person = p.person GROUP BY first_at, message_id, customer_key`,
  SEGMENT: (after) => `
  SELECT c.as_of AS at, c.version_id::text AS id, '' AS key, jsonb_build_object('from', f.name, 'to', t.name, 'versionId', c.version_id) AS facts
  FROM (
    SELECT v.as_of, v.version, m.version_id, m.segment_id, lag(m.segment_id) OVER (ORDER BY v.version) AS before,
      lag(m.version_id) OVER (ORDER BY v.version) AS before_id
    FROM users.segment_membership m JOIN registry.model_version v ON v.id = m.version_id WHERE m.customer_key = p.person
  ) c
  JOIN users.segment_history t ON t.segment_id = c.segment_id AND t.version_id = c.version_id
  LEFT JOIN users.segment_history f ON f.segment_id = c.before AND f.version_id = c.before_id
  WHERE c.before IS DISTINCT FROM c.segment_id AND ${after('c.as_of', 'c.version_id::text', "''")}
    AND (c.before IS NOT NULL OR coalesce((
      SELECT EXISTS (SELECT FROM users.segment_membership o WHERE o.version_id = e.id) FROM registry.model_version e
      WHERE e.model = 'users.segmentation' AND e.version < c.version AND e.status <> 'BELOW_BASELINE'
      ORDER BY e.version DESC LIMIT 1), true))`,
  CHURN_BAND: (after) => `
  SELECT c.as_of AS at, c.version_id::text AS id, '' AS key,
    jsonb_build_object('from', c.before, 'to', c.band, 'probability', c.value, 'versionId', c.version_id) AS facts
  FROM (
    SELECT v.version, s.as_of, s.version_id, s.value, ${bandSql('s.value')} AS band, lag(${bandSql('s.value')}) OVER (ORDER BY v.version) AS before
    FROM users.score_history s JOIN registry.model_version v ON v.id = s.version_id
    WHERE s.customer_key = p.person AND s.model = 'users.churn'
  ) c
  WHERE c.before IS DISTINCT FROM c.band AND ${after('c.as_of', 'c.version_id::text', "''")}
    AND (c.before IS NOT NULL OR coalesce((
      SELECT e.as_of > events.as_of() - make_interval(days => ${keptScoreDays}) FROM registry.model_version e
      WHERE e.model = 'users.churn' AND e.version < c.version AND e.status <> 'BELOW_BASELINE'
      ORDER BY e.version DESC LIMIT 1), true))`,
};

/** Parts of a profile that a message can say. */
const profileFields = 5;

/** The same bound on the day itself, which the index knows. */
const dayBound = (after: After): string =>
  after('', '', '') === 'true' ? '' : "AND day <= ($4::timestamptz AT TIME ZONE 'UTC')::date";

/** Which row a cursor stands on. */
type Position = Pick<Place, 'at' | 'id' | 'key'> & { rank: number };

function toPosition(cursor: string): Position {
  const [at, rank, id, key] = decodeCursor(cursor, 4);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(at)) ? Date.parse(String(at)) : Number.NaN;
  if (
    Number.isNaN(time) ||
    typeof rank !== 'number' ||
    !kindOf.has(rank) ||
    typeof id !== 'string' ||
    typeof key !== 'string'
  ) {
    throw invalidArgument('after', 'This cursor is not from a timeline: use endCursor of the page before.');
  }
  return { at: at as string, rank, id, key };
}

/** Cursor of an entry. */
export const cursorOfEntry = ({ at, kind, id, key }: TimelineRow): string => encodeCursor([at, ranks[kind], id, key]);

/** The statement that reads a part of the timelines of some customers, and its values. */
export function timelineStatement(
  people: readonly Person[],
  { limit, after, kinds }: TimelinePart,
): { text: string; values: unknown[] } {
  const from = after === null || after === undefined ? undefined : toPosition(after);
  const past =
    (rank: number): After =>
    (at, id, key) => {
      if (from === undefined) return 'true';
      if (rank > from.rank) return `${at} < $4::timestamptz`;
      // Named apart, so that the index finds where to begin whatever the rest of the condition is.
      const upTo = `${at} <= $4::timestamptz`;
      return rank < from.rank ? upTo : `${upTo} AND (${at}, ${id}, ${key}) < ($4::timestamptz, $5, $6)`;
    };
  const parts = kinds.map(
    (kind) => `SELECT ${ranks[kind]} AS rank, s.* FROM (${sources[kind](past(ranks[kind]), limit)}) s`,
  );
  const pairs = people.flatMap(({ key, keys }) => keys.map((one) => [key, one] as const));
  return {
    text: `WITH key_of AS NOT MATERIALIZED (SELECT * FROM unnest($2::text[], $3::text[]) AS u (person, key))
      SELECT p.person, e.rank, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, e.id, e.key, e.facts
      FROM unnest($1::text[]) WITH ORDINALITY AS p (person, place), LATERAL (
        SELECT * FROM (${parts.join('\nUNION ALL\n')}) u ORDER BY at DESC, rank DESC, id DESC, key DESC LIMIT ${limit}
      ) e ORDER BY p.place, e.at DESC, e.rank DESC, e.id DESC, e.key DESC`,
    values: [
      people.map(({ key }) => key),
      pairs.map(([person]) => person),
      pairs.map(([, key]) => key),
      ...(from === undefined ? [] : [from.at]),
      ...(from !== undefined && kinds.includes(kindOf.get(from.rank)!) ? [from.id, from.key] : []),
    ],
  };
}

/** A part of the timeline of each customer, newest first, in the order asked for. One statement. */
export async function loadTimelines(db: Pool, people: readonly Person[], part: TimelinePart): Promise<TimelineRow[][]> {
  if (part.kinds.length === 0) return people.map(() => []);
  const { rows } = await db.query<Place & { rank: number; facts: object }>(timelineStatement(people, part));
  const entries = rows.map(
    ({ rank, facts, ...place }) => ({ ...place, kind: kindOf.get(rank)!, ...facts }) as TimelineRow,
  );
  const byPerson = Map.groupBy(entries, ({ person }) => person);
  return people.map(({ key }) => byPerson.get(key) ?? []);
}
