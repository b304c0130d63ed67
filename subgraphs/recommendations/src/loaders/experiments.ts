import { type ExperimentState, experimentState } from '@cda/platform/experiments/experiment.ts';
import type { Pool } from 'pg';

/** A person in an experiment. */
export interface MembershipRow {
  /** The key that they are known by. */
  person: string;
  /** What any of their keys was shown first; null where none was shown anything. */
  variant: string | null;
}

/** Experiments that run, of one placement each; there are few. */
export async function loadRunning(db: Pool): Promise<ExperimentState[]> {
  const { rows } = await db.query<{ state: unknown }>(
    `SELECT state FROM recommendations.experiment WHERE state->>'status' = 'RUNNING'
     ORDER BY state->>'started_at', experiment`,
  );
  return rows.map(({ state }) => experimentState.parse(state));
}

/** What customers are in an experiment, by `experiment\nstarted at\nkey`. One statement for all. */
export async function loadMemberships(db: Pool, asked: readonly string[]): Promise<MembershipRow[]> {
  const parts = asked.map((text) => text.split('\n'));
  const { rows } = await db.query<MembershipRow & { place: number }>(
    `SELECT a.place::integer AS place, c.person, m.variant
     FROM unnest($1::text[], $2::timestamptz[], $3::text[]) WITH ORDINALITY AS a (experiment, started, key, place),
       LATERAL (SELECT coalesce((SELECT canonical_key FROM recommendations.identity WHERE customer_key = a.key), a.key) AS person) c
       LEFT JOIN LATERAL (
         SELECT x.variant FROM recommendations.experiment_exposure x
         WHERE x.experiment = a.experiment AND x.last_at >= a.started AND x.customer_key = ANY (ARRAY(
           SELECT customer_key FROM recommendations.identity WHERE canonical_key = c.person) || c.person)
         ORDER BY greatest(x.first_at, a.started), x.variant LIMIT 1) m ON true
     ORDER BY a.place`,
    [parts.map(([experiment]) => experiment), parts.map(([, started]) => started), parts.map(([, , key]) => key)],
  );
  return rows.map(({ person, variant }) => ({ person, variant }));
}
