import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { unknownCaller } from '@cda/platform/auth/access-errors.ts';
import { identityHeader } from '@cda/platform/auth/internal-identity.ts';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import { openEventStream } from '@cda/platform/live/event-stream.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from '../graph/context.ts';
import type { Engine, EngineResult } from '../graph/engine.ts';
import { formatError } from '../graph/error-format.ts';
import { prepareOperation } from '../graph/operations.ts';
import type { PersistedTexts } from '../graph/persisted-texts.ts';
import type { Concurrency } from '../guards/concurrency.ts';
import type { OperationLimits } from '../guards/limits.ts';
import type { ListedOperations } from '../guards/listed-operations.ts';
import type { RateLimit } from '../guards/rate-limit.ts';
import { parseCookies, refreshCookie, sessionCookie } from '../http/cookies.ts';
import { mayBeForged } from '../http/csrf.ts';
import type { Exchange } from '../http/exchange.ts';
import { type GraphQLParameters, readGet, readPost, toParameters } from '../http/graphql-request.ts';
import { HttpError } from '../http/http-error.ts';
import type { Sessions } from '../http/sessions.ts';
import type { Authenticator } from '../who/authenticate.ts';
import type { Caller } from '../who/caller.ts';
import type { UsersClient } from '../who/users-client.ts';
import { createConnections, type LiveConnection } from './connections.ts';
import { liveFigures } from './live-figures.ts';
import { type LiveLimits, standardLiveLimits } from './live-limits.ts';
import type { LiveSource } from './live-source.ts';
import { createStreams } from './streams.ts';
import { createWebSockets, type Subscribed } from './web-socket.ts';

/** Whether an `Accept` asks for a stream alone: clients that take JSON as well name both in every query. */
const asksForStream = (accept: string): boolean =>
  /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(accept) && !/(^|,)\s*application\/[\w.+-]*json\s*(;|,|$)/i.test(accept);

/** Live results: subscriptions over WebSocket and as server-sent events. */
export interface Live {
  /** Whether a request wants a stream of events in answer, and nothing else. */
  wantsStream(headers: IncomingHttpHeaders): boolean;
  /** Answers a subscription by a stream of events (graphql-sse, distinct connections). */
  answer(exchange: Exchange): Promise<void>;
  /** Takes a request to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends what was opened in the session of a request that signs out. */
  signedOut(headers: IncomingHttpHeaders): void;
  /** Tells all clients to connect elsewhere, and lets them go. */
  close(): Promise<void>;
}

interface Options {
  engine: () => Engine;
  sources: Readonly<Record<SubgraphName, LiveSource>>;
  authenticator: Authenticator;
  users: Pick<UsersClient, 'account' | 'openSessions'>;
  sessions: Sessions;
  persisted: PersistedTexts;
  limits: OperationLimits;
  liveLimits?: Partial<LiveLimits> | undefined;
  concurrency: Concurrency;
  rateLimit: RateLimit;
  sign: (caller: Caller) => Promise<string>;
  policy: { mode: 'scoped' | 'listed'; operations: ListedOperations; logOnly: boolean } | undefined;
  allowedOrigins: readonly string[];
  production: boolean;
  timeoutMs: number;
  log: Log;
}

/** A place in a stream, as a client may name it; anything else is none. */
const positionPattern = /^[\w:.-]{1,64}$/;

export function createLive(options: Options): Live {
  const { authenticator, sessions, persisted, concurrency, rateLimit, policy, production, log } = options;
  const limits: LiveLimits = { ...standardLiveLimits, ...options.liveLimits };
  const connections = createConnections({
    limits,
    log,
    openSessions: options.users.openSessions,
    stillHolds: async (caller, proof) => {
      // A key may be taken back, an account disabled or given another role. Operators' tokens only end.
      if (caller.subject.startsWith('account:')) {
        const account = await options.users.account(caller.subject, caller.locale);
        return account !== undefined && sameScopes(account.scopes, caller.scopes);
      }
      if (!caller.subject.startsWith('key:')) return true;
      const { caller: now } = await authenticator.authenticate(proof);
      return now !== undefined && sameScopes(now.scopes, caller.scopes);
    },
  });
  let closing = false;

  const contextOf = async (caller: Caller, id: string, signal: AbortSignal): Promise<GatewayContext> => ({
    caller,
    requestId: id,
    subgraphHeaders: { [identityHeader]: await options.sign(caller), 'x-request-id': id },
    signal,
  });

  /** An event is not dropped because the gateway is busy; it waits for its turn. */
  const run = async (work: () => Promise<EngineResult>): Promise<EngineResult> => {
    for (;;) {
      const result = await concurrency.run(work);
      if (result) return result;
      await delay(250);
    }
  };

  const streams = createStreams(({ plan, variables, coerced, caller, lastPosition }, ends) => {
    const id = randomUUID();
    // Where nothing personal is read the stream is everybody's who may see the same, and no one viewer's.
    const reader = plan.personal ? caller : { ...caller, subject: 'service:live' };
    return {
      plan,
      source: options.sources[plan.subgraph.toLowerCase() as SubgraphName],
      variables,
      coerced,
      id,
      lastPosition,
      createContext: (signal) => contextOf(reader, id, signal),
      run,
      limits,
      timeoutMs: options.timeoutMs,
      log,
      ...ends,
    };
  });

  /** All that is checked of a query is checked of a subscription. */
  const subscribe = async (
    parameters: GraphQLParameters,
    caller: Caller,
    { id, lastPosition, method }: { id: string; lastPosition?: string | undefined; method: string },
    onSlow: () => void,
  ): Promise<Subscribed> => {
    const engine = options.engine();
    const mayIntrospect = !production || caller.scopes.includes('accounts:manage');
    const refused = (errors: readonly GraphQLFormattedError[]): Subscribed => ({
      errors: errors.map((error) => formatError(error, { requestId: id, suggestions: mayIntrospect })),
    });
    const wait = await rateLimit(caller.subject);
    if (wait > 0) {
      const message = `Too many requests. Wait ${wait} s.`;
      return refused([{ message, extensions: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: wait } }]);
    }
    const { persistedHash } = parameters;
    const query = parameters.query ?? (persistedHash === undefined ? undefined : await persisted.find(persistedHash));
    const prepared = prepareOperation({ ...parameters, query }, caller, {
      schema: engine.schema,
      hints: engine.hints,
      documents: engine.documents,
      onPersisted: persisted.register,
      limits: options.limits,
      policy: policy && {
        ...policy,
        onUnlisted: (wasRefused) =>
          log.warn(
            { requestId: id, subject: caller.subject, operation: parameters.operationName, refused: wasRefused },
            'a subscription that is not listed',
          ),
      },
      mayIntrospect,
      method,
      live: true,
    });
    if (!('operation' in prepared)) return refused(prepared.errors);
    const { variables, operationName } = parameters;
    const context = await contextOf(caller, id, AbortSignal.timeout(options.timeoutMs));
    const plan = await engine.livePlan(prepared, variables, operationName, context);
    if (!plan) {
      const message = 'This subscription cannot be followed live: leave out what begins with two underscores.';
      return refused([{ message, extensions: { code: 'BAD_REQUEST' } }]);
    }
    const planKey = `${engine.id} ${prepared.checked.hash} ${operationName ?? ''}`;
    const { coerced } = prepared;
    const subscriber = streams.join({ plan, planKey, variables, coerced, caller, lastPosition }, onSlow);
    log.debug(
      { requestId: id, subject: caller.subject, operation: prepared.operation.name?.value, cost: prepared.cost },
      'a subscription begins',
    );
    return { subscriber, document: prepared.checked.document, operationName };
  };

  const webSockets = createWebSockets({
    limits,
    connections,
    authenticate: async (proof) => (await authenticator.authenticate(proof)).caller,
    proofOf,
    subscribe: async (payload, caller, onSlow) => {
      const id = randomUUID();
      try {
        return await subscribe(toParameters(payload), caller, { id, method: 'POST' }, onSlow);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        return { errors: [{ message: error.message, extensions: { code: error.code, requestId: id } }] };
      }
    },
    sessionOf: (request) => (bringsCookie(request) ? sessionOf(request.headers) : undefined),
    log,
  });

  return {
    wantsStream: ({ accept = '' }) => asksForStream(accept.slice(0, 1_000)),

    async answer({ request, response, url, requestId, address }) {
      const method = request.method ?? 'GET';
      if (method !== 'GET' && method !== 'POST') {
        throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use GET or POST.', { allow: 'GET, POST' });
      }
      const { caller, renewed } = await authenticator.authenticate(request.headers);
      if (renewed) response.setHeader('set-cookie', sessions.cookiesOf(renewed));
      if (!caller) {
        const message = unknownCaller(request.headers.authorization !== undefined);
        throw new HttpError(401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer' });
      }
      if (caller.byCookie && mayBeForged(method, request.headers)) {
        throw new HttpError(400, 'CROSS_SITE', 'This request could come from another site.');
      }
      const parameters = method === 'GET' ? readGet(url) : await readPost(request);
      const ending = new AbortController();
      const connection: LiveConnection = {
        way: 'event-stream',
        address,
        session: caller.byCookie ? sessionOf(request.headers) : undefined,
        end: (reason) => {
          ending.abort(reason);
          // A reader who does not read gets no last words either.
          if (reason === 'slow') response.destroy();
        },
      };
      const leave = connections.enter(connection);
      const full = typeof leave === 'string' ? leave : connections.claim(connection, caller, request.headers);
      if (full !== undefined) {
        if (typeof leave !== 'string') leave();
        liveFigures.closed.inc({ reason: 'too-many' });
        throw new HttpError(429, 'TOO_MANY_REQUESTS', full, { 'retry-after': '10' });
      }
      const { 'last-event-id': named } = request.headers;
      const lastPosition = typeof named === 'string' && positionPattern.test(named) ? named : undefined;
      try {
        const subscribed = await subscribe(parameters, caller, { id: requestId, lastPosition, method }, () => {
          liveFigures.closed.inc({ reason: 'slow' });
          connection.end('slow');
        });
        await writeEvents(subscribed, response, ending.signal, limits.pingMs);
      } finally {
        (leave as () => void)();
      }
    },

    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const refusal = closing
        ? '503 Service Unavailable'
        : !isGraph(request)
          ? '404 Not Found'
          : !mayConnect(request, options.allowedOrigins)
            ? '403 Forbidden'
            : undefined;
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      webSockets.upgrade(request, socket, head, request.socket.remoteAddress ?? 'unknown');
    },

    signedOut(headers) {
      const session = sessionOf(headers);
      if (session !== undefined) connections.endSession(session);
    },

    async close() {
      closing = true;
      connections.endAll('shutdown');
      const deadline = performance.now() + 3_000;
      while (connections.size > 0 && performance.now() < deadline) await delay(20);
      connections.close();
    },
  };
}

/** Results as events: `next` for each, `complete` after the last. A stream that ends without it is to be opened again. */
async function writeEvents(
  subscribed: Subscribed,
  response: ServerResponse,
  ending: AbortSignal,
  everyMs: number,
): Promise<void> {
  const events = openEventStream(response, {}, everyMs);
  try {
    if ('errors' in subscribed) {
      await events.send({ event: 'next', data: JSON.stringify({ errors: subscribed.errors }) });
      await events.send({ event: 'complete', data: '' });
      return;
    }
    const { subscriber } = subscribed;
    const stop = (): void => void subscriber.return();
    response.once('close', stop);
    ending.addEventListener('abort', stop, { once: true });
    if (response.destroyed || ending.aborted) stop();
    for await (const { text, position } of subscriber) {
      await events.send({ event: 'next', data: text, ...(position === undefined ? {} : { id: position }) });
    }
    if (ending.reason === 'signed-out') {
      const message = 'Signed out.';
      await events.send({
        event: 'next',
        data: JSON.stringify({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] }),
      });
    }
    if (!ending.aborted || ending.reason === 'signed-out') await events.send({ event: 'complete', data: '' });
  } catch {
    // The reader is gone.
  } finally {
    events.end();
  }
}

const sameScopes = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((scope) => b.includes(scope));

const isGraph = (request: IncomingMessage): boolean => /^\/graphql(\?|$)/.test(request.url ?? '');

const sameSite = ({ origin, host }: IncomingHttpHeaders): boolean =>
  origin === undefined || URL.parse(origin)?.host === host;

/** No browser asks before it opens a socket to another site, so pages of others are told apart here. */
const mayConnect = ({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean =>
  sameSite(headers) || allowedOrigins.includes('*') || allowedOrigins.includes(headers.origin ?? '');

/** A cookie stays with our own pages, whichever others may connect. */
const bringsCookie = ({ headers }: IncomingMessage): boolean => sameSite(headers) && headers.cookie !== undefined;

/**
 * What proves who opens a socket: the first message's `authorization`, else that of the request, else the session's cookie. The
 * session is never renewed by it, since a socket cannot bring new cookies back.
 */
function proofOf(request: IncomingMessage, parameters: Readonly<Record<string, unknown>>): IncomingHttpHeaders {
  const text = (name: string): string | undefined => {
    const value = parameters[name] ?? parameters[name[0]?.toUpperCase() + name.slice(1)];
    return typeof value === 'string' ? value : undefined;
  };
  const authorization = text('authorization') ?? request.headers.authorization;
  const locale = text('locale') ?? request.headers['x-cda-locale'];
  const session = bringsCookie(request) ? parseCookies(request.headers.cookie).get(sessionCookie) : undefined;
  return {
    ...(request.headers['accept-language'] ? { 'accept-language': request.headers['accept-language'] } : {}),
    ...(typeof locale === 'string' ? { 'x-cda-locale': locale } : {}),
    ...(authorization !== undefined
      ? { authorization }
      : session !== undefined
        ? { cookie: `${sessionCookie}=${session}` }
        : {}),
  };
}

/** The session of a request's cookies, as its refresh token names it. Good to end streams by, not to trust. */
const sessionOf = (headers: IncomingHttpHeaders): string | undefined =>
  /^cda_rt_([0-9a-f-]{36})\./.exec(parseCookies(headers.cookie).get(refreshCookie) ?? '')?.[1];
