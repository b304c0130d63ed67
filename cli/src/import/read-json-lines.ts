import type { Readable } from 'node:stream';
import { AppError } from '@cda/platform/errors.ts';
import type { Row, RowFault } from './import-format.ts';
import { invalidEncoding, longestLine, type RowSource } from './read-rows.ts';

/** Reads a stream of JSON objects, one a line. The fields of the first tell what kind of file it is. */
export async function readJsonLines(
  content: Readable,
  { refuse }: { refuse(row: Row, fault: RowFault): void },
): Promise<RowSource> {
  const rows = parseLines(content, refuse);
  const first = await rows.next();
  if (first.done)
    throw new AppError('HEADER_INVALID', 'The file holds no JSON object.', 'Save it with one JSON object a line.');
  const header = Object.keys(first.value.json as object);
  return {
    header,
    rows: (async function* () {
      yield first.value;
      yield* rows;
    })(),
  };
}

async function* parseLines(
  content: Readable,
  refuse: (row: Row, fault: RowFault) => void,
): AsyncGenerator<Row, undefined> {
  let line = 0;
  for await (const text of splitLines(content)) {
    line++;
    if (text.trim() === '') continue;
    const row: Row = { line, values: { raw: text.slice(0, 500) } };
    if (text.length > longestLine) {
      refuse(row, { code: 'LINE_TOO_LONG', path: null, message: `The line is longer than ${longestLine} characters.` });
      continue;
    }
    if (text.includes('\ufffd')) {
      refuse(row, invalidEncoding);
      continue;
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) yield { ...row, json };
    else refuse(row, { code: 'INVALID_JSON', path: null, message: 'The line is not a JSON object.' });
  }
}

/** Lines of a stream; of a line that is too long only as much as tells so is kept. */
async function* splitLines(content: Readable): AsyncGenerator<string> {
  content.setEncoding('utf8');
  let rest = '';
  for await (const chunk of content as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    lines[0] = rest + lines[0];
    rest = (lines.pop() as string).slice(0, longestLine + 1);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
