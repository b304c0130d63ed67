import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { setLiveConnection } from './live-connection.ts';

interface LiveOptions {
  /** Language of texts, in the graph's own terms. */
  locale(): string;
}

/** Subscriptions over one WebSocket, signed in by the session's cookie. */
export interface LiveLink {
  link: ApolloLink;
  /** Connects anew, with what has changed about the reader. */
  restart(): void;
}

/** The token of the connection has ended: a new one comes with any request. */
const tokenEnded = 4403;
const longestWaitMs = 30_000;

/** Opens the line with the first subscription, closes it after the last, and opens it again when it is lost. */
export function createLiveLink({ locale }: LiveOptions): LiveLink {
  let client: Promise<Client> | undefined;
  let lastCode: number | undefined;

  const connect = async (): Promise<Client> => {
    // With the first subscription only: pages without any need none of it.
    const { createClient } = await import('graphql-ws');
    return createClient({
      url: new URL('/graphql', window.location.href.replace(/^http/, 'ws')).href,
      connectionParams: () => ({ locale: locale() }),
      keepAlive: 20_000,
      lazyCloseTimeout: 3_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      async retryWait(retries) {
        if (lastCode === tokenEnded) {
          await fetch('/session', { credentials: 'same-origin' }).catch(() => undefined);
          if (retries === 0) return;
        }
        const wait = Math.min(500 * 2 ** retries, longestWaitMs);
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
      },
      on: {
        connected: () => setLiveConnection(true),
        closed: (event) => {
          lastCode = (event as CloseEvent).code;
          setLiveConnection(false);
        },
      },
    });
  };

  const link = new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable((observer) => {
        let stop: (() => void) | undefined;
        let stopped = false;
        client ??= connect();
        client.then(
          (open) => {
            if (stopped) return;
            stop = open.subscribe(
              { query: print(query), variables, operationName: operationName ?? null },
              {
                next: (result) => observer.next(result as ApolloLink.Result),
                error: (error) => observer.error(error),
                complete: () => observer.complete(),
              },
            );
          },
          (error: unknown) => {
            client = undefined;
            observer.error(error);
          },
        );
        return () => {
          stopped = true;
          stop?.();
        };
      }),
  );
  return { link, restart: () => void client?.then((open) => open.terminate()) };
}
