import type { LiveMessage } from '@cda/platform/live/live-message.ts';
import { readEvents } from '@cda/platform/live/read-events.ts';
import { type DocumentNode, type GraphQLError, parse } from 'graphql';
import { Pool } from 'undici';
import type { InProcessSubgraph } from '../config.ts';
import type { Fetch, FetchResult } from '../graph/data-source.ts';
import { liftErrors } from '../graph/lift-errors.ts';

/** A subscription of a query plan, for the subgraph that owns its root field. */
export interface LiveFetch extends Fetch {
  /** Where an earlier stream of the same subscription was lost. */
  lastPosition: string | undefined;
}

/**
 * A way to a subgraph's streams: the messages, or a result with errors where the subgraph refuses. It throws where there is no
 * answer, and so does the stream where it is lost.
 */
export type LiveSource = (fetch: LiveFetch) => Promise<AsyncIterable<LiveMessage> | FetchResult>;

const lifted = ({ data, errors }: NonNullable<LiveMessage['result']>): FetchResult => ({
  ...(data === undefined ? {} : { data }),
  ...(errors ? { errors: liftErrors(errors) } : {}),
});

/** The streams of a subgraph in the same process. */
export function inProcessLiveSource(subgraph: InProcessSubgraph): LiveSource {
  return async ({ query, variables, operationName, headers, signal, lastPosition }) => {
    if (!subgraph.subscribe) throw new Error('This subgraph has no streams.');
    const document: DocumentNode = parse(query, { noLocation: true });
    const stream = await subgraph.subscribe({ document, variables, operationName, headers, signal, lastPosition });
    return Symbol.asyncIterator in stream
      ? formatted(stream)
      : lifted({ ...stream, errors: (stream.errors ?? []).map((error) => error.toJSON()) } as FetchResult);
  };
}

async function* formatted(
  stream: AsyncIterable<LiveMessage<readonly GraphQLError[]>>,
): AsyncGenerator<LiveMessage, void, void> {
  for await (const { result, ...rest } of stream) {
    if (!result) yield rest;
    else {
      const { data, errors } = result;
      yield {
        ...rest,
        result: lifted({
          ...(data === undefined ? {} : { data }),
          ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}),
        }),
      };
    }
  }
}

/** A subgraph says that it is alive every ten seconds; one that is silent for longer than this is gone. */
const silenceMs = 25_000;
/** Longest event that is taken from a subgraph. */
const eventLimit = 16 * 1024 * 1024;

/**
 * The streams of a subgraph over HTTP, as server-sent events with the signed identity. They have connections of their own, so that
 * however many are open, queries find theirs free.
 */
export function httpLiveSource(address: string, timeoutMs: number): { source: LiveSource; close: () => Promise<void> } {
  const url = new URL(address);
  const pool = new Pool(url.origin, {
    connections: null,
    pipelining: 1,
    connectTimeout: Math.min(3_000, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: silenceMs,
  });
  const source: LiveSource = async ({ query, variables, operationName, headers, signal, lastPosition }) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await pool.request({
      path: url.pathname + url.search,
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(lastPosition === undefined ? {} : { 'last-event-id': lastPosition }),
      },
      body: JSON.stringify({ query, variables, operationName }),
      signal,
    });
    if (String(answered['content-type']).startsWith('text/event-stream')) {
      return toMessages(body);
    }
    const result = (await body.json()) as FetchResult;
    if (statusCode >= 500 || !Array.isArray(result?.errors)) throw new Error(`HTTP ${statusCode} and no stream.`);
    return lifted(result as NonNullable<LiveMessage['result']>);
  };
  return { source, close: () => pool.destroy() };
}

async function* toMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LiveMessage, void, void> {
  for await (const { event, id, data } of readEvents(chunks, eventLimit)) {
    yield {
      ...(data === undefined ? {} : { result: lifted(JSON.parse(data) as NonNullable<LiveMessage['result']>) }),
      ...(id === undefined ? {} : { position: id }),
      ...(event === 'state' ? { state: true } : {}),
      ...(event === 'chosen' ? { chosen: true } : {}),
    };
  }
}
