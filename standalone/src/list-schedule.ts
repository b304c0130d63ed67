import { AppError } from '@cda/platform/errors.ts';
import type { ScheduledTask } from '@cda/platform/jobs/worker.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { z } from 'zod';
import { exportPlacements, writeListFile } from './export-lists.ts';

const shape = z.object({
  /** The file that is written; without it nothing is. */
  EXPORT_LISTS: z.string().min(1),
  EXPORT_LISTS_PLACEMENT: z
    .string()
    .transform((name) => name.toUpperCase())
    .pipe(z.enum(exportPlacements))
    .default('EMAIL'),
  EXPORT_LISTS_LIMIT: z.coerce.number().int().min(1).max(100).default(10),
  /** When, as a cron pattern in UTC: after the models were fitted anew. */
  EXPORT_LISTS_AT: z
    .string()
    .regex(/^\S+( \S+){4}$/, 'is no cron pattern of five fields')
    .default('0 4 * * *'),
});

/**
 * The nightly file of lists, where `EXPORT_LISTS` names one. Throws AppError where a setting can't be used.
 *
 * @param databaseUrl login of the recommendations subgraph
 */
export function listTask(
  env: Readonly<Record<string, string | undefined>>,
  databaseUrl: string,
  log: Log,
): ScheduledTask | undefined {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  if (given['EXPORT_LISTS'] === undefined) return undefined;
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(
      'CONFIG_INVALID',
      `${String(issue?.path[0])}: ${issue?.message}`,
      'docs/merchandising.md tells what the nightly file of lists can be set to.',
    );
  }
  const { EXPORT_LISTS: path, EXPORT_LISTS_PLACEMENT: placement, EXPORT_LISTS_LIMIT: limit } = parsed.data;
  return {
    name: 'export-lists',
    schedule: parsed.data.EXPORT_LISTS_AT,
    run: async (signal) => {
      const startedAt = performance.now();
      const lists = await writeListFile({ path, placement, limit, databaseUrl, log, signal });
      log.info({ path, lists, seconds: Math.round((performance.now() - startedAt) / 1000) }, 'lists were exported');
    },
  };
}
