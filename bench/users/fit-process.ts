import { createPool } from '@cda/platform/database/pool.ts';
import { startWorker } from '@cda/platform/jobs/worker.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { trainAndWait } from '@cda/standalone/training.ts';
import { models } from '../../subgraphs/users/src/models/index.ts';

/**
 * Fits one model of the users subgraph as the worker does, alone in this process, and writes a line of JSON about it.
 *
 * Arguments: login of the subgraph, login of the jobs, full name of the model.
 */
const [databaseUrl, jobsUrl, model] = process.argv.slice(2) as [string, string, string];
const db = createPool(databaseUrl, { name: 'bench', statementTimeoutMs: 0 });
const jobs = createPool(jobsUrl, { name: 'bench' });
const worker = await startWorker({
  jobsUrl,
  owners: [{ subgraph: 'users', models, db }],
  log: silentLog,
  concurrency: 1,
});
const idleMb = process.resourceUsage().maxRSS / 1024;
const from = performance.now();
const [run] = await trainAndWait(jobs, [model]);
const seconds = (performance.now() - from) / 1000;
process.stdout.write(
  `${JSON.stringify({ status: run!.status, message: run!.message?.en, seconds, idleMb, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`,
);
await worker[Symbol.asyncDispose]();
await Promise.all([db.end(), jobs.end()]);
process.exit();
