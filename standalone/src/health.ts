import type { HealthPart } from '@cda/gateway';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import type { Pool } from 'pg';
import type { System } from './system.ts';

const hour = 3_600_000;

/**
 * Parts for `/health/ready`: the database, each subgraph with its projections' lag, the models' age, the bot.
 *
 * @param registry pool that may read the model registry
 * @param bot state of the bot, in the process that has it
 */
export function systemHealth(
  system: System,
  registry: Pool,
  bot?: () => Promise<string>,
): Record<string, () => Promise<HealthPart>> {
  const subgraphs = subgraphNames.map((name): [string, () => Promise<HealthPart>] => [
    name,
    async () => {
      const { ok, projections } = await system.subgraphs[name].health();
      const faults = projections.reduce((sum, projection) => sum + projection.faults, 0);
      const lagEvents = Math.max(0, ...projections.map((projection) => projection.lag));
      const lagSeconds = Math.max(0, ...projections.map((projection) => projection.lagSeconds));
      return { status: !ok ? 'down' : faults > 0 ? 'degraded' : 'up', lagEvents, lagSeconds, faults };
    },
  ]);
  return {
    database: async () => {
      const startedAt = performance.now();
      const { database } = await system.subgraphs.analytics.health();
      return { status: database ? 'up' : 'down', latencyMs: Math.round(performance.now() - startedAt) };
    },
    ...Object.fromEntries(subgraphs),
    models: async () => {
      const served = await servedModels(registry);
      const missing = system.models.filter((model) => !served.some((version) => version.model === model));
      const oldest = Math.min(...served.map((version) => version.trainedAt.getTime()));
      return {
        // A model without a version worth serving answers null with a reason; the graph goes on.
        status: missing.length > 0 ? 'degraded' : 'up',
        served: served.length,
        missing,
        oldestHours: served.length > 0 ? Math.round((Date.now() - oldest) / hour) : null,
      };
    },
    ...(bot ? { bot: () => botPart(bot) } : {}),
  };
}

async function botPart(bot: () => Promise<string>): Promise<HealthPart> {
  const state = await bot();
  return { status: state === 'running' || state === 'off' ? 'up' : 'degraded', state };
}

async function servedModels(registry: Pool): Promise<{ model: string; trainedAt: Date }[]> {
  const { rows } = await registry.query<{ model: string; trainedAt: Date }>(
    `SELECT model, trained_at AS "trainedAt" FROM registry.model_version WHERE status = 'SERVED'`,
  );
  return rows;
}
