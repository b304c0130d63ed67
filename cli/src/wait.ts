import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { enqueueTraining } from '@cda/platform/jobs/queue.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { Installation } from './installation.ts';
import { loadModelStates, type ModelState } from './model-states.ts';
import { count, createProgress, say, seconds } from './terminal.ts';

/** Waits until every projection is up to the log: folds it in here, or watches the running system do it. */
export async function followProjections(installation: Installation): Promise<void> {
  const startedAt = performance.now();
  const progress = createProgress('Projecting');
  if (!installation.running) {
    await (await installation.system()).catchUp((done, of) => progress.show(of === 0 ? 1 : done / of, ''));
  } else {
    const pool = createPool(installation.adminUrl, { name: 'cli', max: 1 });
    try {
      const { rows: log } = await pool.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events.log');
      const target = log[0]?.seq ?? 0;
      const slowest = subgraphNames.map((name) => `SELECT seq FROM ${name}.projection_cursor`).join(' UNION ALL ');
      for (;;) {
        const { rows } = await pool.query<{ seq: number | null }>(`SELECT min(seq) AS seq FROM (${slowest}) c`);
        const seq = rows[0]?.seq ?? target;
        if (seq >= target) break;
        progress.show(seq / target, `${count(seq)} of ${count(target)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    } finally {
      await pool.end();
    }
  }
  progress.end(`done in ${seconds(performance.now() - startedAt)}`);
}

async function statesOf(installation: Installation, models: string[]): Promise<ModelState[]> {
  const pool = createPool(installation.adminUrl, { name: 'cli', max: 1 });
  try {
    return await loadModelStates(pool, models);
  } finally {
    await pool.end();
  }
}

/** Queues a fit of each model and waits for them, here or in the running system. Gives whether all ended without a fault. */
export async function trainModels(
  installation: Installation,
  models: readonly string[] = Object.keys(modelTitles),
): Promise<boolean> {
  if (!installation.running) await installation.system();
  const pool = createPool(roleUrl(installation.adminUrl, installation.secrets.internalSecret, 'cda_jobs'), {
    name: 'cli',
    max: 1,
  });
  const startedAt = performance.now();
  const progress = createProgress('Training');
  try {
    const ids = [];
    for (const model of models) ids.push(await enqueueTraining(pool, model));
    for (;;) {
      const { rows } = await pool.query<{
        model: string;
        status: string;
        progress: number;
        message: { en: string } | null;
      }>('SELECT model, status, progress, message FROM registry.training_run WHERE id = ANY ($1) ORDER BY model', [
        ids,
      ]);
      const ended = rows.filter((run) => run.status !== 'QUEUED' && run.status !== 'RUNNING');
      if (ended.length === rows.length) {
        progress.end(`done in ${seconds(performance.now() - startedAt)}`);
        const states = await statesOf(
          installation,
          rows.map(({ model }) => model),
        );
        for (const run of rows) {
          const state = states.find(({ model }) => model === run.model);
          const fitted = state?.served ? `served: ${state.words}` : `not served: ${state?.words}`;
          say(`  ${run.model.padEnd(24)} ${run.status}  ${run.message?.en ?? fitted}`);
        }
        return rows.every((run) => run.status !== 'FAILED');
      }
      const part = rows.reduce((sum, run) => sum + (ended.includes(run) ? 1 : run.progress), 0) / rows.length;
      progress.show(part, `${ended.length} of ${rows.length} models`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await pool.end();
  }
}
