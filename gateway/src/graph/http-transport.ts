import type { GraphQLFormattedError } from 'graphql';
import { type Dispatcher, Pool } from 'undici';
import type { FetchResult, Transport } from './data-source.ts';
import { liftErrors } from './lift-errors.ts';

/** Longest answer that is taken from a subgraph. */
const answerLimitBytes = 32 * 1024 * 1024;

/**
 * Calls a subgraph over HTTP with connections that are kept open. `close` ends them once what is under way is done.
 *
 * It takes the answer chunk by chunk from undici's own handler: a stream for each body, as `request` and `fetch` make it, costs
 * more than all the rest of a small call.
 */
export function httpTransport(
  address: string,
  timeoutMs: number,
): { transport: Transport; close: () => Promise<void> } {
  const url = new URL(address);
  const pool = new Pool(url.origin, {
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connectTimeout: Math.min(3_000, timeoutMs),
    // The caller gives up first; this only frees the connection then.
    headersTimeout: timeoutMs + 1_000,
    bodyTimeout: timeoutMs + 1_000,
  });
  const path = url.pathname + url.search;
  return {
    close: () => pool.close(),
    transport: ({ query, variables, operationName, headers, signal }) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ query, variables, operationName });
        pool.dispatch(
          {
            path,
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
            body,
          },
          createHandler(signal, resolve, reject),
        );
      }),
  };
}

function createHandler(
  signal: AbortSignal,
  resolve: (result: FetchResult) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;
  let stop: (() => void) | undefined;
  const end = () => stop && signal.removeEventListener('abort', stop);
  return {
    onRequestStart(controller) {
      stop = () => controller.abort(new Error('Nobody waits for the answer any more.'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    },
    onResponseStart(_controller, statusCode) {
      status = statusCode;
    },
    onResponseData(controller, chunk) {
      length += chunk.length;
      if (length > answerLimitBytes) controller.abort(new Error('The answer is larger than 32 MB.'));
      else chunks.push(chunk);
    },
    onResponseEnd() {
      end();
      const result = toResult((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8'));
      if (result) resolve(result);
      else reject(new Error(`HTTP ${status} and no GraphQL result.`));
    },
    onResponseError(_controller, error) {
      end();
      reject(error);
    },
  };
}

/** A GraphQL result, whatever HTTP status it came with; undefined for anything else. */
function toResult(text: string): FetchResult | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('data' in parsed || 'errors' in parsed)) return undefined;
  const { data, errors, extensions } = parsed as FetchResult & { errors?: GraphQLFormattedError[] };
  const told = extensions ? { extensions } : {};
  if (!Array.isArray(errors) || errors.length === 0) return { ...(data === undefined ? {} : { data }), ...told };
  return { ...(data === undefined ? {} : { data }), errors: liftErrors(errors), ...told };
}
