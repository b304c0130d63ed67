import type { Pool } from 'pg';
import type { SubgraphName } from '../graph/type-defs.ts';

/** Name of the job that fits a model of one subgraph. */
export const trainTask = (subgraph: SubgraphName): string => `train:${subgraph}`;

/** A queued fit. */
export interface TrainJob {
  runId: string;
  model: string;
}

/**
 * Queues a fit, in the transaction of the pool's single statement; a fit of the same model that is queued or running already
 * is given back instead.
 *
 * @param model full name, `<subgraph>.<name>`
 * @returns id of the run in `registry.training_run`
 */
export async function enqueueTraining(db: Pool, model: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>('SELECT registry.enqueue_training($1) AS id', [model]);
  return (rows[0] as { id: string }).id;
}
