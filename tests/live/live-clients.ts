import { createClient as createSseClient } from 'graphql-sse';
import { type Client, type CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A result as a client gets it. */
export interface Result {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
}

export const codesOf = (result: Result): unknown[] => (result.errors ?? []).map((error) => error.extensions?.code);

/** Results of one subscription as they come. */
export interface Reading {
  results: Result[];
  /** Resolves with the results once there are that many. Rejects where the stream ends before. */
  until(count: number): Promise<Result[]>;
  /** How it ended; `undefined` while it has not. */
  ended: Promise<unknown>;
  stop(): void;
}

function createReading(start: (next: (result: Result) => void, end: (how: unknown) => void) => () => void): Reading {
  const results: Result[] = [];
  const waiting: { count: number; resolve: (results: Result[]) => void; reject: (error: Error) => void }[] = [];
  let finish = (_how: unknown): void => {};
  const ended = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  const stop = start(
    (result) => {
      results.push(result);
      for (const wait of waiting) if (results.length >= wait.count) wait.resolve(results);
    },
    (how) => {
      finish(how);
      for (const { reject } of waiting) {
        const said = how instanceof Error ? how.message : JSON.stringify(how);
        reject(new Error(`The stream ended after ${results.length}: ${said} ${JSON.stringify(results.at(-1))}`));
      }
    },
  );
  return {
    results,
    ended,
    stop,
    until: (count) =>
      results.length >= count
        ? Promise.resolve(results)
        : new Promise((resolve, reject) => waiting.push({ count, resolve, reject })),
  };
}

/** How a WebSocket was closed. */
export interface Closed {
  code: CloseCode | number;
  reason: string;
}

export interface SocketClient {
  client: Client;
  /** Resolves when the socket has closed. */
  closed: Promise<Closed>;
  read(query: string, variables?: Record<string, unknown>): Reading;
}

interface SocketOptions {
  token?: string;
  /** Headers of the request that opens the socket. */
  headers?: Record<string, string>;
  retryAttempts?: number;
}

/** A client that speaks graphql-transport-ws, as the dashboard's does. */
export function openSocket(url: string, { token, headers = {}, retryAttempts = 0 }: SocketOptions = {}): SocketClient {
  let onClosed = (_closed: Closed): void => {};
  const closed = new Promise<Closed>((resolve) => {
    onClosed = resolve;
  });
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    },
    lazy: true,
    retryAttempts,
    shouldRetry: () => retryAttempts > 0,
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    on: {
      closed: (event) => {
        const { code, reason } = event as Closed;
        onClosed({ code, reason });
      },
    },
  });
  return {
    client,
    closed,
    read: (query, variables = {}) =>
      createReading((next, end) =>
        client.subscribe<Record<string, unknown>>(
          { query, variables },
          { next: (result) => next(result as Result), error: end, complete: () => end('complete') },
        ),
      ),
  };
}

/** Reads one subscription over server-sent events in distinct connections mode, without trying again. */
export function readEvents(
  url: string,
  query: string,
  options: { token?: string; variables?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Reading {
  const client = createSseClient({
    url: `${url}/graphql`,
    retryAttempts: 0,
    headers: { ...(options.token ? { authorization: `Bearer ${options.token}` } : {}), ...options.headers },
  });
  return createReading((next, end) =>
    client.subscribe<Record<string, unknown>>(
      { query, variables: options.variables ?? {} },
      { next: (result) => next(result as Result), error: end, complete: () => end('complete') },
    ),
  );
}
