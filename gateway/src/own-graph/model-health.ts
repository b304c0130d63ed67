import type { HealthPart } from '../config.ts';
import type { FetchResult } from '../graph/data-source.ts';
import type { HealthChecks } from './health-report.ts';

/** What is asked of analytics, which keeps the registry of models. */
const question = '{ models { name status served { trainedAt } latestRun { status } } }';

interface Model {
  name: string;
  status: string;
  served: { trainedAt: string | Date } | null;
  latestRun: { status: string } | null;
}

/**
 * Models and their fits as parts of the system: which answer, how old the oldest of them is, what waits. `ask` puts a question to the
 * analytics subgraph.
 */
export function modelHealth(ask: (query: string) => Promise<FetchResult>, now: () => number = Date.now): HealthChecks {
  let asking: Promise<readonly Model[]> | undefined;
  // Both parts are asked side by side and need one answer.
  const load = (): Promise<readonly Model[]> => {
    asking ??= ask(question)
      .then(({ data }) => {
        if (!data?.['models']) throw new Error('no answer');
        return data['models'] as readonly Model[];
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  return {
    models: async (): Promise<HealthPart> => {
      const models = await load();
      const trained = models.flatMap(({ served }) => (served ? [new Date(served.trainedAt).getTime()] : []));
      return {
        status: trained.length < models.length ? 'degraded' : 'up',
        models: models.length,
        served: trained.length,
        missing: models.filter(({ served }) => !served).map(({ name, status }) => ({ name, status })),
        oldestSeconds: trained.length > 0 ? Math.max(0, Math.round((now() - Math.min(...trained)) / 1_000)) : null,
      };
    },
    jobs: async (): Promise<HealthPart> => {
      const runs = (await load()).map(({ latestRun }) => latestRun?.status);
      const count = (status: string) => runs.filter((run) => run === status).length;
      return {
        status: count('FAILED') > 0 ? 'degraded' : 'up',
        waiting: count('QUEUED'),
        running: count('RUNNING'),
        failed: count('FAILED'),
      };
    },
  };
}
