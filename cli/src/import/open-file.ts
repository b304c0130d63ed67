import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@cda/platform/errors.ts';
import { type Separator, separatorOf } from './separator.ts';

/** A file that is being read, decompressed where it is gzip. */
export interface OpenFile {
  content: Readable;
  /** Whether its first character is that of a JSON object. */
  lines: 'csv' | 'json';
  /** What stands between the columns of a CSV file, as its first line tells. */
  separator: Separator;
  /** When it was last changed. */
  writtenAt: Date;
  /** Part of the file on disk that has been read, 0 to 1. */
  progress(): number;
}

const unreadable = (path: string, why: string, remedy: string): AppError =>
  new AppError('FILE_UNREADABLE', `${path} ${why}.`, remedy);

/** Opens a CSV file, plain or gzip. What cannot be read at all is said at once, before anything is written. */
export async function openFile(path: string): Promise<OpenFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? unreadable(
          path,
          'does not exist',
          'Check the path; relative ones count from the folder in which the command was called.',
        )
      : unreadable(path, `cannot be read (${error.code})`, 'Check the rights of the file and its folders.');
  });
  if (found.isDirectory()) throw unreadable(path, 'is a folder', 'Name a file, plain or gzip.');
  if (found.size === 0) throw unreadable(path, 'is empty', 'Name a CSV file with a header line.');
  const start = Buffer.alloc(4);
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, `cannot be opened (${error.code})`, 'Check the rights of the file.');
  });
  try {
    await file.read(start, 0, 4, 0);
  } finally {
    await file.close();
  }
  if (start.readUInt16BE(0) === 0xfffe || start.readUInt16BE(0) === 0xfeff) {
    throw unreadable(path, 'is UTF-16', 'Save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 FILE > NEW.');
  }
  // A spreadsheet is a ZIP archive inside; the older kind begins with D0 CF 11 E0.
  const zip = start.toString('latin1', 0, 2) === 'PK';
  if (start.readUInt32BE(0) === 0xd0cf11e0 || (zip && /\.(xls\w?|od[st])$/i.test(path))) {
    throw unreadable(path, 'is a spreadsheet', 'Save it there as CSV, in UTF-8.');
  }
  if (zip) throw unreadable(path, 'is a ZIP archive', 'Unpack it first; gzip is read as it is.');
  const disk = createReadStream(path, { highWaterMark: 256 * 1024 });
  const gzip = start.readUInt16BE(0) === 0x1f8b;
  let content: Readable = disk;
  if (gzip) {
    const unpacked = createGunzip();
    disk.on('error', (error) => unpacked.destroy(error));
    unpacked.on('error', (error) => disk.destroy(error));
    content = disk.pipe(unpacked);
  }
  return { content, ...(await peek(content)), writtenAt: found.mtime, progress: () => disk.bytesRead / found.size };
}

/** Looks at the beginning without taking it. */
async function peek(content: Readable): Promise<Pick<OpenFile, 'lines' | 'separator'>> {
  await once(content, 'readable').catch(() => {});
  const start: Buffer | null = content.read();
  if (start === null) return { lines: 'csv', separator: ',' };
  content.unshift(start);
  const text = start.toString('utf8');
  return { lines: /^\ufeff?\s*\{/.test(text) ? 'json' : 'csv', separator: separatorOf(text) };
}
