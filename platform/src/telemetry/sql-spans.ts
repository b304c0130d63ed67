import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import type { TraceRecorder } from './tracing.ts';

/** Longest statement that is written on a span. */
const longestText = 2_000;

/**
 * Puts a span around every SQL statement that is sent while another span is open, whoever sends it: entity manager, loaders,
 * transactions. Returns what takes it away again.
 */
export function recordSql({
  isRecording,
  inSpan,
}: Pick<TraceRecorder, 'inSpan'> & { isRecording: () => boolean }): () => void {
  const client = pg.Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
  const pool = pg.Pool.prototype as unknown as { connect: (...given: unknown[]) => unknown };
  const { query } = client;
  const { connect } = pool;
  client.query = function (this: unknown, ...given: unknown[]) {
    const text = textOf(given[0]);
    if (text === undefined || !isRecording()) return query.apply(this, given);
    const send = () => query.apply(this, given);
    const callback = given.at(-1);
    const options = {
      name: nameOf(text),
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': shown(text) },
    } as const;
    if (typeof callback !== 'function') return inSpan(options, async () => (await send()) as object);
    // A pool asks by callback; its span ends when it is called back.
    void inSpan(
      options,
      (span) =>
        new Promise<void>((resolve) => {
          query.apply(this, [
            ...given.slice(0, -1),
            AsyncResource.bind((error: Error | null, ...result: unknown[]) => {
              if (error) span.fail(String((error as { code?: string }).code ?? error.name));
              resolve();
              callback(error, ...result);
            }),
          ]);
        }),
    );
    return undefined;
  };
  // A connection that had to be waited for is handed over by whoever gave it back, in whose span this would otherwise run.
  pool.connect = function (this: unknown, ...given: unknown[]) {
    const [callback] = given;
    return connect.apply(this, typeof callback === 'function' ? [AsyncResource.bind(callback as () => void)] : given);
  };
  return () => {
    client.query = query;
    pool.connect = connect;
  };
}

/** Text of a statement; undefined for cursors and copies, which take themselves apart. */
function textOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null || 'submit' in given) return undefined;
  const { text } = given as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
}

const nameOf = (text: string): string => `SQL ${/[a-z]+/i.exec(text)?.[0].toUpperCase() ?? ''}`.trim();

/** A statement without what stands in quotes: values come as parameters, and a literal could be a person's. */
const shown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/'(?:[^']|'')*'/g, "'…'")
    .slice(0, longestText);
