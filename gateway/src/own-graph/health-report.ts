import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import type { LocalText } from '@cda/platform/text.ts';
import type { HealthPart } from '../config.ts';
import { askParts } from '../health.ts';
import { textOfPart, textOfWhole } from './health-texts.ts';

export type HealthStatus = 'UP' | 'DEGRADED' | 'DOWN' | 'OFF';
export type HealthPartKind = 'DATABASE' | 'CACHE' | 'GRAPH' | 'SUBGRAPH' | 'PROJECTIONS' | 'MODELS' | 'JOBS' | 'BOT';

/** How one part does. */
export interface PartReport {
  name: string;
  kind: HealthPartKind;
  status: HealthStatus;
  since: Date;
  ageSeconds: number | null;
  words: LocalText;
  detail: Readonly<Record<string, unknown>>;
}

/** How the system does. */
export interface HealthReport {
  status: HealthStatus;
  checkedAt: Date;
  words: LocalText;
  parts: readonly PartReport[];
}

export type HealthChecks = Readonly<Record<string, () => Promise<HealthPart>>>;

const kinds: Readonly<Record<string, HealthPartKind>> = {
  database: 'DATABASE',
  redis: 'CACHE',
  supergraph: 'GRAPH',
  circuits: 'GRAPH',
  projections: 'PROJECTIONS',
  models: 'MODELS',
  jobs: 'JOBS',
  bot: 'BOT',
  ...Object.fromEntries(subgraphNames.map((name) => [name, 'SUBGRAPH'])),
};

/** Projections that are this far behind are told; a few seconds are the usual pace of the log. */
const lateSeconds = 60;

/**
 * Asks all parts, at most once a second however many want to know, and remembers since when each has its status.
 */
export function createHealthReport(
  checks: () => HealthChecks,
  now: () => number = Date.now,
): () => Promise<HealthReport> {
  const seen = new Map<string, { status: HealthStatus; since: Date }>();
  let latest: { at: number; report: Promise<HealthReport> } | undefined;

  const look = async (): Promise<HealthReport> => {
    const answers = await askParts(checks());
    const checkedAt = new Date(now());
    const parts = Object.entries({ ...databaseOf(answers), ...answers, ...projectionsOf(answers) })
      .filter(([name]) => kinds[name])
      .map(([name, { status: given, ...detail }]): PartReport => {
        const status = statusOf(given, detail);
        const known = seen.get(name);
        const since = known?.status === status ? known.since : checkedAt;
        seen.set(name, { status, since });
        const kind = kinds[name] as HealthPartKind;
        const age = kind === 'PROJECTIONS' ? detail['lagSeconds'] : kind === 'MODELS' ? detail['oldestSeconds'] : null;
        return {
          name,
          kind,
          status,
          since,
          ageSeconds: typeof age === 'number' ? Math.round(age) : null,
          words: textOfPart({ name, kind, status, detail }),
          detail,
        };
      });
    const status = worst(parts.map((part) => part.status));
    const troubled = parts.filter((part) => part.status === 'DOWN' || part.status === 'DEGRADED').length;
    return { status, checkedAt, words: textOfWhole(status, troubled), parts };
  };

  return () => {
    if (!latest || now() - latest.at >= 1_000) latest = { at: now(), report: look() };
    return latest.report;
  };
}

const worst = (statuses: readonly HealthStatus[]): HealthStatus =>
  (['DOWN', 'DEGRADED'] as const).find((status) => statuses.includes(status)) ?? 'UP';

/** A part that keeps the gateway in service although it is away says so in its details. */
function statusOf(given: HealthPart['status'], detail: Readonly<Record<string, unknown>>): HealthStatus {
  if (detail['state'] === 'off') return 'OFF';
  return detail['answers'] === false ? 'DOWN' : (given.toUpperCase() as HealthStatus);
}

/** The database as the subgraphs see it, where the gateway itself has no connection; none where no subgraph tells. */
function databaseOf(answers: Readonly<Record<string, HealthPart>>): Record<string, HealthPart> {
  const told = subgraphNames.map((name) => answers[name]?.['database']).filter((seen) => typeof seen === 'boolean');
  return told.length === 0 ? {} : { database: { status: told.includes(true) ? 'up' : 'down' } };
}

/** What the subgraphs tell of their projections, as one part; none where no subgraph tells anything. */
function projectionsOf(answers: Readonly<Record<string, HealthPart>>): Record<string, HealthPart> {
  const told = subgraphNames.flatMap((name) => {
    const part = answers[name];
    return typeof part?.['lagEvents'] === 'number' ? [part] : [];
  });
  if (told.length === 0) return {};
  const most = (key: string) => Math.max(0, ...told.map((part) => Number(part[key] ?? 0)));
  const faults = told.reduce((sum, part) => sum + Number(part['faults'] ?? 0), 0);
  const lagSeconds = most('lagSeconds');
  const status = faults > 0 || lagSeconds > lateSeconds ? 'degraded' : 'up';
  return { projections: { status, lagEvents: most('lagEvents'), lagSeconds, faults } };
}
