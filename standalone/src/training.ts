import { enqueueTraining } from '@cda/platform/jobs/queue.ts';
import type { Pool } from 'pg';

/** How far a fit is, for a progress display. */
export interface TrainingProgress {
  model: string;
  status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'NOT_ENOUGH_DATA' | 'FAILED';
  progress: number;
  message: { en: string; ru: string } | null;
}

export interface TrainingWait {
  progress?: (runs: readonly TrainingProgress[]) => void;
  signal?: AbortSignal;
}

const lookEveryMs = 100;

/** Queues a fit of each model and waits until each has ended, wherever the worker runs. */
export async function trainAndWait(
  jobs: Pool,
  models: readonly string[],
  { progress, signal }: TrainingWait = {},
): Promise<readonly TrainingProgress[]> {
  const ids = await Promise.all(models.map((model) => enqueueTraining(jobs, model)));
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await jobs.query<TrainingProgress>(
      `SELECT model, status, progress, message FROM registry.training_run WHERE id = ANY ($1) ORDER BY queued_at, model`,
      [ids],
    );
    progress?.(rows);
    if (rows.every((run) => !isOpen(run))) return rows;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Whether a fit is still to come or under way. */
export const isOpen = (run: Pick<TrainingProgress, 'status'>): boolean =>
  run.status === 'QUEUED' || run.status === 'RUNNING';
