import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError } from '@cda/platform/errors.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { exportLists } from '@cda/recommendations';

/** Placements that lists of all customers are made for. */
export const exportPlacements = ['HOME', 'BUY_AGAIN', 'CART', 'EMAIL', 'WIN_BACK'] as const;

export interface ListFile {
  /** Where the file goes; packed by gzip where its name ends in `.gz`. */
  path: string;
  placement: (typeof exportPlacements)[number];
  /** Items of a list. */
  limit: number;
  /** Login of the recommendations subgraph. */
  databaseUrl: string;
  log: Log;
  signal?: AbortSignal;
  progress?: (done: number, of: number) => void;
  stride?: number;
}

/**
 * Writes the lists of all customers as JSON lines. The file appears whole or not at all: it is written beside its place and put there
 * at the end, over an older one. Memory is that of one stride of customers, however many there are.
 *
 * @returns how many lists it holds
 */
export async function writeListFile(file: ListFile): Promise<number> {
  const { path, placement, limit, databaseUrl, log, signal, progress, stride } = file;
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new AppError(
      'CONFIG_INVALID',
      'A list has a whole number of items from 1 to 100.',
      'Choose another --limit.',
    );
  await using lists = await exportLists({ databaseUrl, log, placement, limit, ...(stride ? { stride } : {}) });
  const total = await lists.total();
  let done = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const some of lists.strides()) {
      yield some.map((line) => `${JSON.stringify(line)}\n`).join('');
      done += some.length;
      progress?.(done, Math.max(total, done));
    }
  }
  const beside = `${path}.${process.pid}.partial`;
  try {
    const end = createWriteStream(beside);
    await (path.endsWith('.gz')
      ? pipeline(Readable.from(lines()), createGzip(), end, { signal })
      : pipeline(Readable.from(lines()), end, { signal }));
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new AppError(
        'CONFIG_INVALID',
        `${path} can't be written.`,
        'Choose a file in a folder that exists and is yours to write in.',
      );
    throw error;
  }
  return done;
}
