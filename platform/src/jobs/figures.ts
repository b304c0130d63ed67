import type { Pool } from 'pg';
import { type Measured, measured } from '../telemetry/metrics.ts';

/**
 * Shows the queue and the registry in the figures of the process that runs the jobs.
 *
 * @param jobs pool of `cda_jobs`
 * @param registry pool of a subgraph, each of which may read every model's versions
 */
export function measureJobs(jobs: Pool, registry: Pool): void {
  measured('cda_jobs', 'Jobs in the queue by task and state', ['task', 'state'], async () => {
    const { rows } = await jobs.query<{ task: string; ready: number; running: number; later: number; failed: number }>(
      `SELECT task_identifier AS task,
         count(*) FILTER (WHERE locked_at IS NOT NULL) AS running,
         count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts AND run_at <= now()) AS ready,
         count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts AND run_at > now()) AS later,
         count(*) FILTER (WHERE locked_at IS NULL AND attempts >= max_attempts) AS failed
       FROM graphile_worker.jobs GROUP BY task_identifier`,
    );
    return rows.flatMap(({ task, ...counts }): Measured<'task' | 'state'>[] =>
      Object.entries(counts).map(([state, value]) => ({ labels: { task, state }, value })),
    );
  });
  measured(
    'cda_model_age_seconds',
    'Time since the version of a model that answers was fitted',
    ['model'],
    async () => {
      const { rows } = await registry.query<{ model: string; age: number }>(
        `SELECT model, extract(epoch FROM now() - trained_at)::double precision AS age
       FROM registry.model_version WHERE status = 'SERVED'`,
      );
      return rows.map(({ model, age }) => ({ labels: { model }, value: Math.max(age, 0) }));
    },
  );
  measured(
    'cda_training_runs',
    'Runs of fits in the last 24 hours by model and outcome',
    ['model', 'status'],
    async () => {
      const { rows } = await registry.query<{ model: string; status: string; runs: number }>(
        `SELECT model, status, count(*) AS runs FROM registry.training_run
       WHERE queued_at > now() - interval '24 hours' GROUP BY model, status`,
      );
      return rows.map(({ model, status, runs }) => ({ labels: { model, status }, value: runs }));
    },
  );
}
