import type { Pool } from 'pg';
import { inTransaction } from '../database/transaction.ts';
import { loadShop } from '../events/clock.ts';
import type { SubgraphName } from '../graph/type-defs.ts';
import type { Log } from '../telemetry/log.ts';
import type { ModelDefinition, NotEnough, SavedVersion, Trained } from './define-model.ts';
import type { EstimatorPool } from './estimator-pool.ts';

/** How a run ended. */
export type TrainingOutcome =
  | { status: 'SUCCEEDED'; version: SavedVersion; served: boolean; trained: Trained<unknown>; durationMs: number }
  | { status: 'NOT_ENOUGH_DATA'; message: string };

export interface TrainingOptions {
  subgraph: SubgraphName;
  model: ModelDefinition;
  /** Pool of the subgraph's own role, without statement timeout. */
  db: Pool;
  estimators: EstimatorPool;
  log: Log;
  /** Run in `registry.training_run` to keep informed. */
  runId?: string;
  seed?: number;
  signal?: AbortSignal;
  progress?: (fraction: number) => void;
}

export const fullName = (subgraph: SubgraphName, model: Pick<ModelDefinition, 'name'>): string =>
  `${subgraph}.${model.name}`;

const mostTries = 3;

/** People were erased while a fit was under way that knew them. */
class PeopleErased extends Error {}

/** Counts erasures: equal before and after, nobody was erased between. */
async function countErasures(db: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await db.query<{ count: number }>('SELECT events.erasures() AS count');
  return rows[0]!.count;
}

/**
 * Fits a model on what its projections hold now and enters the version into the registry. A version that beats its baseline
 * is served from the same transaction that writes its scores; one that does not is kept and shown, and the older one goes on.
 */
export async function trainModel(options: TrainingOptions): Promise<TrainingOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fitAndSave(options, attempt === mostTries);
    } catch (error) {
      if (!(error instanceof PeopleErased) || attempt === mostTries) throw error;
      options.log.info({ model: fullName(options.subgraph, options.model) }, 'people were erased during a fit; again');
    }
  }
}

async function fitAndSave(options: TrainingOptions, lastTry: boolean): Promise<TrainingOutcome> {
  const { subgraph, model, db, log } = options;
  const name = fullName(subgraph, model);
  const seed = options.seed ?? 1;
  const report = createReporter(db, options.runId, options.progress);
  const startedAt = performance.now();
  try {
    await report.started();
    const erasures = await countErasures(db);
    const { asOf } = await loadShop(db);
    const input = await model.load({ db, asOf });
    if (isNotEnough(input)) {
      await report.ended('NOT_ENOUGH_DATA', input.notEnough);
      log.info({ model: name, ...input.notEnough }, 'too little data for a fit');
      return { status: 'NOT_ENOUGH_DATA', message: input.notEnough.en };
    }
    const trained = await options.estimators.fit(
      model.estimator,
      model.estimatorInput ? model.estimatorInput(input) : input,
      {
        seed,
        progress: report.progress,
        ...(options.signal ? { signal: options.signal } : {}),
      },
    );
    const durationMs = Math.round(performance.now() - startedAt);
    const { value, baseline, higherIsBetter } = trained.primary;
    const served = higherIsBetter ? value > baseline : value < baseline;
    const version = await inTransaction(db, async (tx) => {
      // An erasure either waits until these scores are there to be erased, or is seen here.
      await tx.query('SELECT pg_advisory_xact_lock_shared(7301003)');
      if ((await countErasures(tx)) !== erasures) {
        throw new PeopleErased('People were erased during the fit, which knew them. It has to be done again.');
      }
      // One writer a model: version numbers have no gaps and two versions are never served at once.
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('model:' || $1))", [name]);
      if (served) {
        await tx.query(
          "UPDATE registry.model_version SET status = 'SUPERSEDED' WHERE model = $1 AND status = 'SERVED'",
          [name],
        );
      }
      const { rows } = await tx.query<SavedVersion>(
        `INSERT INTO registry.model_version (subgraph, model, version, status, as_of, duration_ms, rows, seed, parameters,
           metrics, primary_metric, value, baseline_name, baseline, higher_is_better)
         SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
         FROM registry.model_version WHERE model = $2
         RETURNING id, version AS number`,
        [
          subgraph,
          name,
          served ? 'SERVED' : 'BELOW_BASELINE',
          asOf,
          durationMs,
          trained.rows,
          seed,
          trained.params,
          trained.metrics,
          trained.primary.name,
          value,
          trained.primary.baselineName,
          baseline,
          higherIsBetter,
        ],
      );
      const saved = rows[0] as SavedVersion;
      if (served) {
        const artefact = await model.save({ tx, version: saved, fitted: trained.fitted, input, asOf });
        if (artefact !== undefined) {
          await tx.query('UPDATE registry.model_version SET artefact = $2 WHERE id = $1', [
            saved.id,
            JSON.stringify(artefact),
          ]);
        }
      }
      await tx.query("SELECT pg_notify('models', $1)", [name]);
      return saved;
    });
    await report.ended('SUCCEEDED', null);
    log.info({ model: name, version: version.number, served, durationMs, primary: trained.primary }, 'model fitted');
    return { status: 'SUCCEEDED', version, served, trained, durationMs };
  } catch (error) {
    if (error instanceof PeopleErased && !lastTry) throw error;
    const message = (error as Error).message;
    await report.ended('FAILED', { en: message, ru: message }).catch(() => {});
    log.error({ model: name, error: message }, 'a fit failed');
    throw error;
  }
}

const isNotEnough = (input: unknown): input is NotEnough =>
  typeof input === 'object' && input !== null && 'notEnough' in input;

/** Keeps `registry.training_run` informed; a report that is late or fails does not hold the fit up. */
function createReporter(db: Pool, runId: string | undefined, forward: ((fraction: number) => void) | undefined) {
  const update = async (sql: string, values: unknown[]): Promise<void> => {
    if (runId !== undefined)
      await db.query(`UPDATE registry.training_run SET ${sql} WHERE id = $1`, [runId, ...values]);
  };
  return {
    started: () => update("status = 'RUNNING', started_at = now(), progress = 0, message = NULL", []),
    progress: (fraction: number): void => {
      forward?.(fraction);
      update('progress = greatest(progress, $2)', [Math.min(fraction, 1)]).catch(() => {});
    },
    ended: (status: string, message: object | null) =>
      update(
        "status = $2, message = $3, finished_at = now(), progress = CASE WHEN $2 = 'SUCCEEDED' THEN 1 ELSE progress END",
        [status, message],
      ),
  };
}
