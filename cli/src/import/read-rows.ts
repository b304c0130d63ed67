import type { Readable } from 'node:stream';
import { AppError } from '@cda/platform/errors.ts';
import { type CsvError, parse } from 'csv-parse';
import type { Row, RowFault } from './import-format.ts';
import type { Separator } from './separator.ts';

/** Longest line; a quote that is never closed would otherwise swallow the rest of the file. */
export const longestLine = 1_000_000;
const mostColumns = 500;

export interface RowSource {
  /** Field of each column, after `--map`; undefined for columns that mean nothing here. */
  header: readonly string[];
  rows: AsyncIterable<Row>;
}

/** Reads a CSV stream: the header first, then the rows. Lines that are no rows go to `refuse`. */
export async function readRows(
  content: Readable,
  options: {
    map: Readonly<Record<string, string>>;
    separator: Separator;
    refuse(row: Row, fault: RowFault): void;
  },
): Promise<RowSource> {
  const parser = content.pipe(
    parse({
      bom: true,
      delimiter: options.separator,
      info: true,
      relax_column_count: true,
      relax_quotes: false,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: longestLine,
      on_skip: (error, raw) => {
        if (error) options.refuse({ line: lineOf(error), values: { raw: raw?.slice(0, 500) ?? '' } }, faultOf(error));
        return undefined;
      },
    }),
  );
  content.on('error', (error) => parser.destroy(error));
  const records = (parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)[Symbol.asyncIterator]();
  const first = await records.next().catch((error: Error) => {
    throw unreadable(error);
  });
  if (first.done) throw headerFault('The file has no header line.');
  const named = first.value.record.map((column) => column.trim());
  if (named.length > mostColumns)
    throw headerFault(`The first line has ${named.length} columns; at most ${mostColumns} are read.`);
  if (named.some((column) => column.includes('\ufffd')))
    throw headerFault('The first line is not UTF-8.', toUtf8Remedy);
  if (named.some((column) => /\p{Cc}/u.test(column))) throw headerFault('The file is not text.');
  const unknown = Object.keys(options.map).filter((column) => !named.includes(column));
  if (unknown.length > 0) throw headerFault(`--map names columns that the file does not have: ${unknown.join(', ')}.`);
  const header = named.map((column) => options.map[column] ?? column);
  const repeated = header.filter((column, i) => column !== '' && header.indexOf(column) !== i);
  if (repeated.length > 0)
    throw headerFault(`The first line names ${[...new Set(repeated)].join(', ')} more than once.`);

  async function* rows(): AsyncGenerator<Row> {
    let line = first.value.info.lines;
    for (;;) {
      const next = await records.next().catch((error: Error) => {
        throw unreadable(error);
      });
      if (next.done) return;
      const { record, info } = next.value;
      line = info.lines;
      const values: Record<string, string> = {};
      for (let i = 0; i < header.length; i++) values[header[i] as string] = record[i] ?? '';
      const row = { line, values, decimalComma: options.separator !== ',' };
      if (record.length !== header.length) {
        options.refuse(row, {
          code: 'COLUMN_COUNT',
          path: null,
          message: `The line has ${record.length} values and the header ${header.length} columns.`,
        });
      } else if (record.some((value) => value.includes('\ufffd'))) {
        options.refuse(row, invalidEncoding);
      } else yield row;
    }
  }
  return { header, rows: rows() };
}

/** How a file of another encoding is taken in. */
const toUtf8Remedy =
  'Save the file as UTF-8, or convert it, from Windows-1251 for example: iconv -f WINDOWS-1251 -t UTF-8 FILE > NEW.';

/** A line that is not UTF-8. */
export const invalidEncoding: RowFault = {
  code: 'INVALID_ENCODING',
  path: null,
  message: `The line is not UTF-8. ${toUtf8Remedy}`,
};

const lineOf = (error: CsvError): number => Number((error as CsvError & { lines?: number }).lines ?? 0);

function faultOf(error: CsvError): RowFault {
  return error.code === 'CSV_MAX_RECORD_SIZE'
    ? {
        code: 'LINE_TOO_LONG',
        path: null,
        message: `The line is longer than ${longestLine} characters, or a quote in it is never closed.`,
      }
    : { code: 'MALFORMED_LINE', path: null, message: `The line is no CSV: ${error.message}` };
}

const headerFault = (
  message: string,
  remedy = 'Save the file as CSV in UTF-8 with the column names in the first line.',
): AppError => new AppError('HEADER_INVALID', message, remedy);

function unreadable(error: Error & { code?: string }): Error {
  if (error.code?.startsWith('Z_')) {
    return new AppError(
      'FILE_UNREADABLE',
      `The gzip file is damaged or not whole (${error.message}).`,
      'Copy it again and run the same command: rows that are stored already are skipped.',
      { cause: error },
    );
  }
  return error;
}
