import { basename } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import { type QuarantinedRow, quarantineRows } from '@cda/platform/events/quarantine.ts';
import type { Pool } from 'pg';
import { chooseFormat } from './formats/index.ts';
import type { ImportedEvent, ImportFormat, Row, RowFault } from './import-format.ts';
import { openFile } from './open-file.ts';
import { readJsonLines } from './read-json-lines.ts';
import { readRows } from './read-rows.ts';

/** What became of a file's rows: read = accepted + duplicate + rejected. */
export interface ImportSummary {
  format: string;
  read: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  /** Rejected rows by code. */
  reasons: Record<string, number>;
  /** Events that the accepted rows became. */
  events: number;
}

export interface ImportOptions {
  path: string;
  format?: string;
  /** File's column → field of the format. */
  map?: Readonly<Record<string, string>>;
  /** Pool of ingest's role. */
  pool: Pool;
  shop: { currency: string; timeZone: string };
  /** Called once the format is known, before anything is written; may prepare the shop and correct what it is. */
  begin?(format: ImportFormat): Promise<{ currency: string; timeZone: string }>;
  progress?(state: { part: number; summary: ImportSummary }): void;
  signal?: AbortSignal;
}

/** Rows a batch at the most: bounds memory, and keeps appends short. */
const batchRows = 10_000;
const batchEvents = 2_000;
const mostInFlight = 3;

/**
 * Takes a file in as a stream: memory does not grow with the file. Every row ends accepted, duplicate or in quarantine with its
 * line and reason. Running it again, whole or after it was stopped half-way, stores what is missing and nothing twice.
 */
export async function importFile(options: ImportOptions): Promise<ImportSummary> {
  const { path, pool, signal } = options;
  const source = `import:${basename(path)}`;
  const summary: ImportSummary = {
    format: '',
    read: 0,
    accepted: 0,
    duplicate: 0,
    rejected: 0,
    reasons: {},
    events: 0,
  };
  let refused: QuarantinedRow[] = [];
  const refuse = (row: Row, fault: RowFault): void => {
    summary.rejected++;
    summary.reasons[fault.code] = (summary.reasons[fault.code] ?? 0) + 1;
    refused.push({ source, position: row.line, ...fault, raw: row.json ?? row.values });
  };
  const unreadable = (row: Row, fault: RowFault): void => {
    summary.read++;
    refuse(row, fault);
  };

  const file = await openFile(path);
  const { header, rows } =
    file.lines === 'json'
      ? await readJsonLines(file.content, { refuse: unreadable })
      : await readRows(file.content, { map: options.map ?? {}, separator: file.separator, refuse: unreadable });
  if (file.lines === 'json' && Object.keys(options.map ?? {}).length > 0) {
    const remedy = 'Leave it out: the fields of a JSON object have the names that the format gives them.';
    throw new AppError('CONFIG_INVALID', '--map names columns of a CSV file, and this one holds JSON objects.', remedy);
  }
  const format = chooseFormat(options.format, file.lines, header);
  summary.format = format.name;
  const missing = format.required.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new AppError(
      'HEADER_INVALID',
      `The file lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')} of the format ${format.name}.`,
      `Say which of its columns they are: ${missing.map((field) => `--map COLUMN=${field}`).join(' ')}. It has: ${header.join(', ')}.`,
    );
  }
  const shop = (await options.begin?.(format)) ?? options.shop;
  const reader = format.createReader({ timeZone: shop.timeZone, writtenAt: file.writtenAt, refuse });

  let batch: ImportedEvent[] = [];
  let held = 0;
  // Some batches are written while the next is read.
  const writing = new Set<Promise<void>>();
  const write = async (): Promise<void> => {
    const events = batch;
    const rejects = refused;
    batch = [];
    refused = [];
    held = 0;
    if (writing.size === mostInFlight) await Promise.race(writing);
    signal?.throwIfAborted();
    const one = store(events, rejects).finally(() => writing.delete(one));
    // Reported by the next wait; until then it must not end the process.
    one.catch((fault: unknown) => {
      failure ??= { fault };
    });
    writing.add(one);
    if (failure) throw failure.fault;
  };
  let failure: { fault: unknown } | undefined;
  const store = async (events: readonly ImportedEvent[], rejects: readonly QuarantinedRow[]): Promise<void> => {
    await quarantineRows(pool, rejects);
    const verdicts = await acceptEvents(
      pool,
      events.map(({ event }) => event),
      {
        source,
        currency: shop.currency,
        mayChangeCatalogue: true,
        maximumBytes: Number.POSITIVE_INFINITY,
        positions: events.map(({ rows }) => rows[0]?.line ?? 0),
      },
    );
    verdicts.forEach(({ verdict, rejection }, i) => {
      const count = events[i]?.rows.length ?? 0;
      if (verdict === 'ACCEPTED') {
        summary.accepted += count;
        summary.events++;
      } else if (verdict === 'DUPLICATE') summary.duplicate += count;
      else {
        summary.rejected += count;
        const code = rejection?.code ?? 'REJECTED';
        summary.reasons[code] = (summary.reasons[code] ?? 0) + count;
      }
    });
    options.progress?.({ part: file.progress(), summary });
  };

  try {
    for await (const row of rows) {
      summary.read++;
      for (const imported of reader.read(row)) {
        batch.push(imported);
        held += imported.rows.length;
      }
      if (held >= batchRows || batch.length >= batchEvents || refused.length >= batchRows) await write();
    }
    batch.push(...reader.end());
    await write();
  } finally {
    // What is on its way to the database is in before anybody is told how it ended.
    await Promise.allSettled(writing);
  }
  if (failure) throw (failure as { fault: unknown }).fault;
  options.progress?.({ part: 1, summary });
  return summary;
}
