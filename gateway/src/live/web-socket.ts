import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { type DocumentNode, type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { nestsDeeperThan } from '../guards/nesting.ts';
import { createRateLimit } from '../guards/rate-limit.ts';
import type { Caller } from '../who/caller.ts';
import type { Connections, EndReason, LiveConnection } from './connections.ts';
import { liveFigures } from './live-figures.ts';
import type { LiveLimits } from './live-limits.ts';
import type { Delivery, Subscriber } from './subscriber.ts';

/** What comes of asking for a subscription. */
export type Subscribed =
  | { errors: readonly GraphQLFormattedError[] }
  | { subscriber: Subscriber; document: DocumentNode; operationName: string | undefined };

interface Options {
  limits: LiveLimits;
  connections: Connections;
  /** Who asks. */
  authenticate: (proof: IncomingHttpHeaders) => Promise<Caller | undefined>;
  /** What a request and the first message bring to prove it. */
  proofOf: (request: IncomingMessage, parameters: Readonly<Record<string, unknown>>) => IncomingHttpHeaders;
  /** `payload` is what the client sent, whatever it is. */
  subscribe: (payload: Readonly<Record<string, unknown>>, caller: Caller, onSlow: () => void) => Promise<Subscribed>;
  sessionOf: (request: IncomingMessage) => string | undefined;
  log: Log;
}

/** Codes of graphql-transport-ws, of RFC 6455, and ours between 4400 and 4499 where neither has one. */
const codes: Readonly<Record<EndReason, readonly [number, string]>> = {
  // The client may connect again with a newer token; after 4401 it must not try.
  expired: [4403, 'The token has ended: connect again with a new one.'],
  'rights-changed': [4403, 'What you may see has changed: connect again.'],
  'signed-out': [4401, 'Signed out.'],
  slow: [4408, 'Too slow: results were waiting. Connect again, and ask for less.'],
  shutdown: [1001, 'The server is going away: connect again.'],
};

/** How long a client may take to answer a closing handshake. */
const goodbyeMs = 2_000;
const jsonNesting = 60;

interface Extra {
  request: IncomingMessage;
  connection: LiveConnection;
  caller?: Caller;
  refuse: (code: number, reason: string) => void;
  [name: string]: unknown;
}

/** A delivery that graphql-ws carries to the function that makes the message of it. */
type Carried = FormattedExecutionResult & { [delivered]?: FormattedExecutionResult };
const delivered = Symbol('delivered');

/** Speaks graphql-transport-ws with clients whose requests to upgrade have been let through. */
export function createWebSockets(options: Options) {
  const { limits, connections, authenticate, subscribe, sessionOf, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    // Packing costs memory for each connection, and figures are small.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    async onConnect({ extra, connectionParams = {} }) {
      const proof = options.proofOf(extra.request, connectionParams);
      let caller: Caller | undefined;
      try {
        caller = await authenticate(proof);
      } catch {
        extra.refuse(1013, 'Who asks cannot be found out just now. Try again in a few seconds.');
        return false;
      }
      if (!caller) {
        extra.refuse(4401, 'Unauthorized: send {"authorization": "Bearer …"} with connection_init, or sign in.');
        return false;
      }
      const full = connections.claim(extra.connection, caller, proof);
      if (full !== undefined) {
        liveFigures.closed.inc({ reason: 'too-many' });
        extra.refuse(4429, full);
        return false;
      }
      extra.caller = caller;
      return true;
    },
    async onSubscribe({ extra, subscriptions }, _id, payload) {
      const most = limits.subscriptionsPerConnection;
      if (Object.keys(subscriptions).length > most) {
        const message = `${most} subscriptions of one connection are the most.`;
        return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })];
      }
      const subscribed = await subscribe(
        payload as unknown as Readonly<Record<string, unknown>>,
        extra.caller as Caller,
        () => {
          liveFigures.closed.inc({ reason: 'slow' });
          extra.connection.end('slow');
        },
      );
      if ('errors' in subscribed) {
        return subscribed.errors.map(
          ({ message, extensions }) => new GraphQLError(message, extensions ? { extensions } : {}),
        );
      }
      const { document, operationName, subscriber } = subscribed;
      return { schema: undefined as never, document, operationName: operationName ?? null, contextValue: subscriber };
    },
    subscribe: ({ contextValue }) => carried(contextValue as Subscriber) as never,
    onNext: (_context, _id, _payload, _args, result) => (result as Carried)[delivered] as FormattedExecutionResult,
  });

  const opened = (socket: WebSocket, request: IncomingMessage, address: string): void => {
    let goodbye: NodeJS.Timeout | undefined;
    const refuse = (code: number, reason: string): void => {
      socket.close(code, reason.slice(0, 120));
      goodbye ??= setTimeout(() => socket.terminate(), goodbyeMs);
      goodbye.unref();
    };
    const connection: LiveConnection = {
      way: 'websocket',
      address,
      session: sessionOf(request),
      end: (reason) => refuse(...codes[reason]),
    };
    socket.on('error', () => socket.terminate());
    const leave = connections.enter(connection);
    if (typeof leave === 'string') {
      liveFigures.closed.inc({ reason: 'too-many' });
      refuse(4429, leave);
      return;
    }
    const takes = createRateLimit(limits.messages);
    let alive = true;
    const ping = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, limits.pingMs);
    ping.unref();
    socket.on('pong', () => {
      alive = true;
    });
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) =>
          new Promise((resolve, reject) => {
            socket.send(text, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code = 1000, reason = '') => refuse(code, reason),
        onMessage: (take) =>
          socket.on('message', (data, binary) => {
            alive = true;
            if (socket.readyState !== socket.OPEN) return;
            if (binary) return refuse(1003, 'Send text.');
            if (takes('') > 0) {
              liveFigures.closed.inc({ reason: 'too-fast' });
              return refuse(4429, 'Too many messages: slow down.');
            }
            const text = String(data);
            if (nestsDeeperThan(text, jsonNesting, false)) return refuse(4400, 'The message nests too deep.');
            take(text).catch((error: unknown) => {
              // A socket that closes while something is sent is no fault.
              if (socket.readyState !== socket.OPEN) return;
              log.error({ fault: String(error) }, 'a message of a live connection failed');
              refuse(4500, 'Something went wrong on our side.');
            });
          }),
      },
      { request, connection, refuse },
    );
    socket.once('close', (code, reason) => {
      clearInterval(ping);
      clearTimeout(goodbye);
      leave();
      closed(code, String(reason)).catch(() => {});
    });
  };

  return {
    /** Takes a request to upgrade over. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
      sockets.handleUpgrade(request, socket, head, (opening) => opened(opening, request, address));
    },
  };
}

/** Deliveries as graphql-ws iterates them: it ends the subscriber when the client does. */
function carried(subscriber: Subscriber): AsyncGenerator<Carried, void, void> {
  const wrap = ({ result }: Delivery): Carried => ({ [delivered]: result });
  return {
    async next() {
      const { done, value } = await subscriber.next();
      return done ? { done: true, value: undefined } : { done: false, value: wrap(value) };
    },
    return: async () => {
      await subscriber.return();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      await subscriber.return();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      await subscriber.return();
    },
  };
}
