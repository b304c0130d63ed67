import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { Pool } from 'pg';

/** How a model does, in words. */
export interface ModelState {
  model: string;
  /** Whether a version of it answers. */
  served: boolean;
  /** Its version and how much better that is than its baseline, or why there is none. */
  words: string;
  /** What to do where no version answers. */
  remedy?: string;
}

interface Row {
  model: string;
  version: number | null;
  status: string | null;
  primary_metric: string;
  value: number;
  baseline_name: string;
  baseline: number;
  run: string | null;
  message: { en: string } | null;
}

/** Each model by the version that answers, else the latest one, else its latest fit. */
export async function loadModelStates(pool: Pool, models = Object.keys(modelTitles)): Promise<ModelState[]> {
  const { rows } = await pool.query<Row>(
    `SELECT m AS model, v.version, v.status, v.primary_metric, v.value, v.baseline_name, v.baseline, r.status AS run, r.message
     FROM unnest($1::text[]) WITH ORDINALITY AS named (m, place)
     LEFT JOIN LATERAL (SELECT * FROM registry.model_version WHERE model = m
       ORDER BY (status = 'SERVED') DESC, version DESC LIMIT 1) v ON true
     LEFT JOIN LATERAL (SELECT status, message FROM registry.training_run WHERE model = m ORDER BY queued_at DESC LIMIT 1) r ON true
     ORDER BY place`,
    [models],
  );
  return rows.map((row) => ({ model: row.model, ...stateOf(row) }));
}

function stateOf(row: Row): Omit<ModelState, 'model'> {
  if (row.version !== null) {
    const served = row.status === 'SERVED';
    const words = `version ${row.version}, ${row.primary_metric} ${row.value.toFixed(3)} against ${row.baseline.toFixed(3)} (${row.baseline_name})`;
    return served
      ? { served, words }
      : { served, words, remedy: 'It does not beat its baseline and is not served: take more data in.' };
  }
  if (row.run === 'NOT_ENOUGH_DATA' && row.message)
    return { served: false, words: 'not enough data', remedy: row.message.en };
  if (row.run === 'FAILED' && row.message) {
    return { served: false, words: `the fit failed: ${row.message.en}`, remedy: 'See the log, then npm run train.' };
  }
  return { served: false, words: 'not fitted', remedy: 'npm run train' };
}
