import type { SubgraphName } from '../graph/type-defs.ts';
import { blockedIdentityPattern } from './blocked-identity.ts';
import { identityTables, mostAnonymousIds } from './identity-tables.ts';
import { defineProjection, type Projection } from './projection.ts';

/** Names of the events by which people say that customers are one, or are not. They stand under keys that begin with `i:`. */
export const identityEvents = { merged: 'Customers Merged', unmerged: 'Customers Unmerged' } as const;

const usable = (id: string): string => `${id} !~* '${blockedIdentityPattern}'`;

/**
 * The statements that keep a subgraph's copy of who is who. Kept is only what the answer depends on, and each piece is a minimum,
 * a maximum or an "ever" of what the log says, so that the order of arrival does not matter:
 *
 * - an anonymous id belongs to a user while it was seen with this one only, and is among the first few of his;
 * - whoever was merged into another belongs to him and not to the user that he was seen with;
 * - what is tied together so is one customer; he is known by the key that is tied to no other (should there be several, or none:
 *   by a user's key before an anonymous one, and by the smaller).
 *
 * Each new edge costs a bounded number of rows, also where an id was seen with thousands; an edge that is known costs its look-up.
 */
const statements = (s: SubgraphName): readonly string[] => [
  // New edges of the range. One that is known is looked up and no more: an upsert would lock its row, which is a write.
  `WITH said AS (
     SELECT customer_key, anonymous_id, CASE type WHEN 'alias' THEN properties->>'previous_id' END AS previous_id,
       to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || message_id AS stamp
     FROM events.log
     WHERE seq > $1 AND seq <= $2 AND left(customer_key, 2) = 'u:' AND (anonymous_id IS NOT NULL OR type = 'alias')
   ), edge AS MATERIALIZED (
     SELECT * FROM (
       SELECT anonymous_key, user_key, min(stamp COLLATE "C") AS first_seen
       FROM (
         SELECT 'a:' || anonymous_id AS anonymous_key, customer_key AS user_key, stamp FROM said WHERE ${usable('anonymous_id')}
         UNION ALL
         SELECT 'a:' || previous_id, customer_key, stamp FROM said WHERE ${usable('previous_id')}
       ) pair
       GROUP BY 1, 2
     ) met
     WHERE coalesce((
       SELECT d.first_seen > met.first_seen FROM ${s}.identity_device d
       WHERE d.user_key = met.user_key AND d.anonymous_key = met.anonymous_key LIMIT 1), true)
   ), left_alone AS (
     SELECT a.user_key FROM edge e JOIN ${s}.identity_anonymous a USING (anonymous_key) WHERE a.user_key <> e.user_key
   ), anonymous AS (
     INSERT INTO ${s}.identity_anonymous AS a (anonymous_key, user_key)
     SELECT anonymous_key, CASE WHEN count(*) = 1 THEN min(user_key) END FROM edge GROUP BY 1 ORDER BY 1
     ON CONFLICT (anonymous_key) DO UPDATE SET user_key = NULL
     WHERE a.user_key IS NOT NULL AND a.user_key IS DISTINCT FROM EXCLUDED.user_key
     RETURNING a.anonymous_key
   ), device AS (
     INSERT INTO ${s}.identity_device AS d (user_key, anonymous_key, first_seen)
     SELECT user_key, anonymous_key, first_seen FROM edge ORDER BY 1, 2
     ON CONFLICT (user_key, anonymous_key) DO UPDATE SET first_seen = EXCLUDED.first_seen
     WHERE EXCLUDED.first_seen < d.first_seen
     RETURNING d.user_key, d.anonymous_key
   )
   INSERT INTO ${s}.identity_touched (customer_key)
   SELECT user_key FROM left_alone UNION SELECT anonymous_key FROM anonymous
   UNION SELECT user_key FROM device UNION SELECT anonymous_key FROM device`,
  // A user's later ids go. Since first times only fall, an id that went comes back when it is seen at an earlier time.
  `WITH gone AS (
     DELETE FROM ${s}.identity_device d
     USING ${s}.identity_touched t, LATERAL (
       SELECT anonymous_key, row_number() OVER (ORDER BY first_seen, anonymous_key COLLATE "C") AS place
       FROM ${s}.identity_device WHERE user_key = t.customer_key
     ) ranked
     WHERE ranked.place > ${mostAnonymousIds} AND d.user_key = t.customer_key AND d.anonymous_key = ranked.anonymous_key
       AND $1::bigint < $2::bigint
     RETURNING d.anonymous_key
   )
   INSERT INTO ${s}.identity_touched (customer_key) SELECT anonymous_key FROM gone ON CONFLICT DO NOTHING`,
  // A merge that was undone stays so, whichever of the two comes first.
  `WITH merge AS (
     INSERT INTO ${s}.identity_merge AS m (merge_id, from_key, into_key, undone)
     SELECT properties->>'merge_id', min(properties->>'from'), min(properties->>'into'), bool_or(name = '${identityEvents.unmerged}')
     FROM events.log WHERE seq > $1 AND seq <= $2 AND left(customer_key, 2) = 'i:'
     GROUP BY 1 ORDER BY 1
     ON CONFLICT (merge_id) DO UPDATE SET undone = true WHERE EXCLUDED.undone AND NOT m.undone
     RETURNING m.from_key, m.into_key
   )
   INSERT INTO ${s}.identity_touched (customer_key)
   SELECT from_key FROM merge UNION SELECT into_key FROM merge
   UNION SELECT a.user_key FROM merge JOIN ${s}.identity_anonymous a ON a.anonymous_key = merge.from_key WHERE a.user_key IS NOT NULL
   ON CONFLICT DO NOTHING`,
  // Customers anew: from every touched key along its edges. Whoever has nothing to do with merges needs no walk.
  `WITH RECURSIVE touched AS MATERIALIZED (
     SELECT t.customer_key AS key, o.user_key AS owner,
       ${named(s, 't.customer_key')} OR ${named(s, 'o.user_key')} OR coalesce((
         SELECT true FROM ${s}.identity_device d
         WHERE d.user_key = coalesce(o.user_key, t.customer_key) AND ${named(s, 'd.anonymous_key')} LIMIT 1
       ), false) AS merged
     FROM ${s}.identity_touched t LEFT JOIN LATERAL (${ownerOf(s, 't.customer_key')} OFFSET 0) o ON true
   ), member (start, key) AS (
     SELECT key, key FROM touched WHERE merged
     UNION
     SELECT m.start, n.key FROM member m, LATERAL (
       SELECT into_key AS key FROM ${s}.identity_merge WHERE from_key = m.key AND NOT undone
       UNION ALL
       SELECT from_key FROM ${s}.identity_merge WHERE into_key = m.key AND NOT undone
       UNION ALL
       SELECT user_key FROM (${ownerOf(s, 'm.key')}) o WHERE NOT ${mergedAway(s, 'm.key')}
       UNION ALL
       SELECT anonymous_key FROM (${devicesOf(s, 'm.key')}) d WHERE NOT ${mergedAway(s, 'd.anonymous_key')}
     ) n
   ), known_by AS (
     SELECT DISTINCT ON (start) start, key AS canonical_key FROM member m
     ORDER BY start, ${mergedAway(s, 'm.key')} OR (${ownerOf(s, 'm.key')}) IS NOT NULL, starts_with(key, 'a:'), key COLLATE "C"
   ), answer AS (
     SELECT m.key AS customer_key, k.canonical_key FROM member m JOIN known_by k USING (start)
     UNION
     SELECT key, coalesce(owner, key) FROM touched WHERE NOT merged
     UNION
     SELECT d.anonymous_key, t.key FROM touched t, LATERAL (${devicesOf(s, 't.key')} OFFSET 0) d WHERE NOT t.merged
   ), change AS MATERIALIZED (
     SELECT a.customer_key, a.canonical_key, coalesce(i.canonical_key, a.customer_key) AS before
     FROM answer a
     LEFT JOIN LATERAL (SELECT canonical_key FROM ${s}.identity WHERE customer_key = a.customer_key OFFSET 0) i ON true
     WHERE coalesce(i.canonical_key, a.customer_key) <> a.canonical_key
   ), alone AS (
     DELETE FROM ${s}.identity
     WHERE customer_key = ANY (ARRAY(SELECT customer_key FROM change WHERE canonical_key = customer_key))
   ), joined AS (
     INSERT INTO ${s}.identity (customer_key, canonical_key)
     SELECT customer_key, canonical_key FROM change WHERE canonical_key <> customer_key ORDER BY 1
     ON CONFLICT (customer_key) DO UPDATE SET canonical_key = EXCLUDED.canonical_key
   )
   INSERT INTO ${s}.identity_changed (customer_key)
   SELECT before FROM change WHERE $1::bigint < $2::bigint UNION SELECT canonical_key FROM change`,
  `DELETE FROM ${s}.identity_touched WHERE $1::bigint < $2::bigint`,
];

// A condition that is a sub-select with LIMIT is looked up for each row by index. As EXISTS or a join the planner, which knows
// nothing of tables that were filled a moment ago, turns it into a scan of all rows.

/** Whether any merge, undone or not, names a key. */
const named = (s: SubgraphName, key: string): string =>
  `((SELECT true FROM ${s}.identity_merge n WHERE n.from_key = ${key} LIMIT 1) IS NOT NULL
    OR (SELECT true FROM ${s}.identity_merge n WHERE n.into_key = ${key} LIMIT 1) IS NOT NULL)`;

/** Whether people merged a key into another. */
const mergedAway = (s: SubgraphName, key: string): string =>
  `((SELECT true FROM ${s}.identity_merge g WHERE g.from_key = ${key} AND NOT g.undone LIMIT 1) IS NOT NULL)`;

/** The user that an anonymous key belongs to, by what it was seen with. */
const ownerOf = (s: SubgraphName, key: string): string =>
  `SELECT user_key FROM ${s}.identity_anonymous a WHERE anonymous_key = ${key} AND (
     SELECT true FROM ${s}.identity_device d WHERE d.user_key = a.user_key AND d.anonymous_key = a.anonymous_key LIMIT 1)`;

/** The anonymous keys that belong to a user, by what they were seen with. */
const devicesOf = (s: SubgraphName, key: string): string =>
  `SELECT anonymous_key FROM ${s}.identity_device d WHERE user_key = ${key} AND (
     SELECT a.user_key FROM ${s}.identity_anonymous a WHERE a.anonymous_key = d.anonymous_key LIMIT 1) = user_key`;

/**
 * A projection that folds who is who in before its own statements, in one transaction with them. These find the customers whose
 * keys became others in `<schema>.identity_changed`, and everybody's key in `<schema>.identity (customer_key, canonical_key)`,
 * which has no row for those who stand for themselves.
 */
export const withIdentity = (subgraph: SubgraphName, projection: Projection): Projection =>
  defineProjection({
    ...projection,
    tables: [...identityTables(subgraph), ...projection.tables],
    apply: [
      ...statements(subgraph),
      ...projection.apply,
      `DELETE FROM ${subgraph}.identity_changed WHERE $1::bigint < $2::bigint`,
    ],
  });

/** Who is who, for a subgraph that joins it when it reads. First in its list of projections. */
export const identityProjection = (subgraph: SubgraphName): Projection =>
  withIdentity(subgraph, { name: 'identity', version: 1, tables: [], apply: [] });
