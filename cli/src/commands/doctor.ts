import { statfs } from 'node:fs/promises';
import { createPool } from '@cda/platform/database/pool.ts';
import { AppError } from '@cda/platform/errors.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { openInstallation } from '../installation.ts';
import { loadModelStates } from '../model-states.ts';
import { count } from '../terminal.ts';

/** Longest wait of an event that is no cause for concern, in seconds. */
const latestSeconds = 60;

type Finding = { good: boolean; what: string; remedy?: string };

/** `doctor`: looks over an installation and says what is wrong and what to do; exit code 1 where something is. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look over an installation: database, log, projections, models, disk')
    .option('--quarantine [rows]', 'list refused events with their reasons, newest first (20 by default)')
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (options: { quarantine?: string | true; dataDir?: string }) => {
      const rows = quarantineRows(options.quarantine);
      await using installation = await openInstallation(options);
      if (!installation.running) await installation.system();
      const pool = createPool(installation.adminUrl, { name: 'doctor', max: 1 });
      try {
        if (rows !== undefined) {
          await listQuarantine(pool, rows);
          return;
        }
        const findings = [
          await disk(installation.dataDir),
          ...(await database(pool)),
          ...(await projections(pool)),
          ...(await models(pool)),
        ];
        for (const { good, what, remedy } of findings)
          process.stdout.write(`${good ? '✔' : '✘'} ${what}${remedy ? `\n    ${remedy}` : ''}\n`);
        if (findings.some(({ good }) => !good)) process.exitCode = 1;
      } finally {
        await pool.end();
      }
    });
}

async function disk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 2 ** 30;
  return {
    good: free > 1,
    what: `Disk: ${free.toFixed(1)} GB free at ${folder}`,
    ...(free > 1 ? {} : { remedy: 'Make room: below 1 GB the database may stop.' }),
  };
}

async function database(pool: Pool): Promise<Finding[]> {
  const { rows } = await pool.query<{
    version: string;
    events: number;
    quarantined: number;
    demo: boolean;
    name: string;
    latest: Date | null;
  }>(
    `SELECT current_setting('server_version') AS version, (SELECT count(*) FROM events.log) AS events,
       (SELECT count(*) FROM events.quarantine) AS quarantined, (SELECT max(occurred_at) FROM events.log) AS latest, demo, name
     FROM events.shop`,
  );
  const row = rows[0];
  if (!row) return [{ good: false, what: 'The shop has no settings.', remedy: 'Restore events.shop from a backup.' }];
  return [
    { good: true, what: `Database: PostgreSQL ${row.version}` },
    {
      good: row.events > 0,
      what: `Log of "${row.name}"${row.demo ? ' (demo)' : ''}: ${count(row.events)} events, latest ${row.latest?.toISOString() ?? '—'}, ${count(row.quarantined)} in quarantine`,
      ...(row.events > 0 ? {} : { remedy: 'Take data in: npm run import -- FILE.csv' }),
    },
  ];
}

async function projections(pool: Pool): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of subgraphNames) {
    const { rows } = await pool.query<{ lag: number; seconds: number; faults: number }>(
      `SELECT (SELECT coalesce(max(seq), 0) FROM events.log) - coalesce(min(seq), 0) AS lag,
         coalesce((SELECT extract(epoch FROM now() - e.received_at)::double precision FROM events.log e
           WHERE e.seq > (SELECT min(seq) FROM ${name}.projection_cursor) ORDER BY e.seq LIMIT 1), 0) AS seconds,
         (SELECT count(*) FROM ${name}.projection_fault) AS faults FROM ${name}.projection_cursor`,
    );
    const { lag = 0, seconds = 0, faults = 0 } = rows[0] ?? {};
    const late = seconds > latestSeconds;
    findings.push({
      good: faults === 0 && !late,
      what: `Projections of ${name}: ${lag > 0 ? `${count(lag)} events behind` : 'up to date'}, ${count(faults)} set aside`,
      ...(faults > 0
        ? {
            remedy: `See ${name}.projection_fault for the errors; after an update: npm run replay -- --subgraph ${name}`,
          }
        : late
          ? {
              remedy: `The oldest of them waits for ${count(Math.round(seconds))} s: see the log of ${name} for what holds it up.`,
            }
          : {}),
    });
  }
  return findings;
}

async function models(pool: Pool): Promise<Finding[]> {
  return (await loadModelStates(pool)).map(({ model, served, words, remedy }) => ({
    good: served,
    what: `Model ${model}: ${words}`,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}

/** How many refused events are asked for; undefined where none are. */
function quarantineRows(option: string | true | undefined): number | undefined {
  if (option === undefined) return undefined;
  const rows = option === true ? 20 : Number(option);
  if (Number.isInteger(rows) && rows >= 1 && rows <= 1_000_000) return rows;
  throw new AppError(
    'CONFIG_INVALID',
    `--quarantine takes a number of rows from 1 to 1,000,000, and "${option}" is none.`,
    'Leave it out for 20.',
  );
}

async function listQuarantine(pool: Pool, limit: number): Promise<void> {
  const { rows } = await pool.query<{
    source: string;
    position: number | null;
    code: string;
    path: string | null;
    message: string;
    raw: unknown;
  }>('SELECT source, position, code, path, message, raw FROM events.quarantine ORDER BY id DESC LIMIT $1', [limit]);
  for (const row of rows) {
    process.stdout.write(
      `${row.source}${row.position === null ? '' : `:${row.position}`}  ${row.code}  ${row.message}\n    ${JSON.stringify(row.raw)}\n`,
    );
  }
  if (rows.length === 0) process.stdout.write('The quarantine is empty.\n');
}
