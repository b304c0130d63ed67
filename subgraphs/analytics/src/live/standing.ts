import { type LiveRequest, watch } from '@cda/platform/live/live-request.ts';
import { standing } from '@cda/platform/live/source-event.ts';
import type { Pool } from 'pg';
import type { Context } from '../context.ts';
import { loadFiguresVersion, loadRunsInProgress } from '../loaders/progress.ts';
import type { RunRow } from '../resolvers/model-row.ts';

/** Comes once at the beginning and whenever what figures are made of has changed. */
export function changedFigures(db: Pool, live: LiveRequest, today: () => Promise<string>): AsyncIterable<object> {
  let seen: string | undefined;
  return watch<object>(live, {
    // Once a second is as often as a person reads figures, whatever comes in.
    paceMs: 1_000,
    concerns: ({ topic, key }) => topic === 'projection' && key.startsWith('analytics.'),
    look: async function* () {
      const version = await loadFiguresVersion(db, await today());
      if (version === seen) return;
      seen = version;
      yield standing({});
    },
  });
}

/** The latest run of each model, at the beginning and whenever one has moved. */
export function runsInProgress(
  { db }: Pick<Context, 'db'>,
  live: LiveRequest,
  models: readonly string[] | undefined,
): AsyncIterable<{ trainingProgress: RunRow[] }> {
  let seen: string | undefined;
  return watch(live, {
    concerns: ({ topic, key }) => topic === 'training' && (models === undefined || models.includes(key)),
    look: async function* () {
      const trainingProgress = await loadRunsInProgress(db, models);
      const text = JSON.stringify(trainingProgress);
      if (text === seen) return;
      seen = text;
      yield standing({ trainingProgress });
    },
  });
}
