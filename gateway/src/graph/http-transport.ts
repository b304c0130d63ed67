import type { GraphQLFormattedError } from 'graphql';
import { Pool } from 'undici';
import type { FetchResult, Transport } from './data-source.ts';
import { liftErrors } from './lift-errors.ts';

/** Longest answer that is taken from a subgraph. */
const answerLimitBytes = 32 * 1024 * 1024;

/** Calls a subgraph over HTTP with connections that are kept open. `close` ends them once what is under way is done. */
export function httpTransport(address: string): { transport: Transport; close: () => Promise<void> } {
  const url = new URL(address);
  const pool = new Pool(url.origin, {
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connectTimeout: 3_000,
  });
  return {
    close: () => pool.close(),
    transport: async ({ query, variables, operationName, headers, signal }) => {
      const { statusCode, body } = await pool.request({
        path: url.pathname + url.search,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query, variables, ...(operationName === undefined ? {} : { operationName }) }),
        signal,
      });
      const text = await readText(body);
      const result = toResult(text);
      if (!result) throw new Error(`HTTP ${statusCode} and no GraphQL result.`);
      return result;
    },
  };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > answerLimitBytes) throw new Error('The answer is larger than 32 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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
  const { data, errors } = parsed as { data?: Record<string, unknown> | null; errors?: GraphQLFormattedError[] };
  return {
    ...(data === undefined ? {} : { data }),
    ...(Array.isArray(errors) && errors.length > 0 ? { errors: liftErrors(errors) } : {}),
  };
}
