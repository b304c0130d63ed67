import './no-telemetry.ts';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { gatewayServiceScopes } from '@cda/platform/auth/scopes.ts';
import { AppError } from '@cda/platform/errors.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { collectProcessMetrics, registry } from '@cda/platform/telemetry/metrics.ts';
import { createDataEpoch } from './cache/data-epoch.ts';
import { createResponseCache } from './cache/response-cache.ts';
import { createCollector, isCollectPath } from './collect/collector.ts';
import type { GatewayConfig, HealthPart, InProcessSubgraph } from './config.ts';
import { createDataSource, type Transport } from './graph/data-source.ts';
import { startEngine } from './graph/engine.ts';
import { guardTransport } from './graph/guarded-transport.ts';
import { startHotEngine } from './graph/hot-engine.ts';
import { httpTransport } from './graph/http-transport.ts';
import { inProcessTransport } from './graph/in-process-transport.ts';
import { createPersistedTexts } from './graph/persisted-texts.ts';
import { createConcurrency } from './guards/concurrency.ts';
import { type OperationLimits, standardLimits } from './guards/limits.ts';
import { createListedOperations } from './guards/listed-operations.ts';
import { createSharedRateLimit } from './guards/shared-rate-limit.ts';
import { checkReadiness } from './health.ts';
import { corsHeaders } from './http/cors.ts';
import type { Exchange } from './http/exchange.ts';
import { createGraphQLHandler } from './http/graphql.ts';
import { HttpError } from './http/http-error.ts';
import { createOidcSignIn, oidcPaths } from './http/oidc.ts';
import { respondJson } from './http/respond.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createSessions } from './http/sessions.ts';
import { createStaticFiles } from './http/static-files.ts';
import { createLive } from './live/live.ts';
import { httpLiveSource, inProcessLiveSource, type LiveSource } from './live/live-source.ts';
import { createHealthReport } from './own-graph/health-report.ts';
import { modelHealth } from './own-graph/model-health.ts';
import { createOwnGraph } from './own-graph/own-graph.ts';
import { ownGraphName } from './own-graph/type-defs.ts';
import { openRedis } from './shared/redis.ts';
import { createAuthenticator } from './who/authenticate.ts';
import { createUsersClient } from './who/users-client.ts';

/** A running gateway. */
export interface Gateway {
  /** Address that it answers at, without a path. */
  url: string;
  port: number;
  /** Takes itself out of service, lets what is under way end, and closes. */
  close(): Promise<void>;
}

/**
 * Starts the gateway: one graph over the subgraphs, the sign-in of people, health, figures and the built pages, on one port.
 * Throws AppError where the port is taken or the supergraph cannot be served.
 */
export async function startGateway(config: GatewayConfig): Promise<Gateway & AsyncDisposable> {
  const { log, secrets, production } = config;
  const limits: OperationLimits = { ...standardLimits, ...config.limits };
  const subgraphTimeoutMs = config.subgraphTimeoutMs ?? 10_000;
  collectProcessMetrics();

  const closers: (() => Promise<void>)[] = [];
  const sign = createIdentitySigner(secrets.internalSecret);
  /** A call of the gateway's own. */
  const askForGateway = async (transport: Transport, query: string, signal: AbortSignal) => {
    const identity = { subject: 'service:gateway', scopes: gatewayServiceScopes, locale: 'EN' } as const;
    const headers = { [identityHeader]: await sign(identity) };
    return transport({ query, variables: {}, operationName: undefined, headers, signal });
  };
  const guarded = subgraphNames.map((name) => {
    const subgraph = config.subgraphs[name];
    const remote = 'url' in subgraph ? httpTransport(subgraph.url, subgraphTimeoutMs) : undefined;
    const transport = remote?.transport ?? inProcessTransport(subgraph as InProcessSubgraph);
    const probe = (signal: AbortSignal) => askForGateway(transport, '{ __typename }', signal);
    const guard = guardTransport(name, transport, probe, { timeoutMs: subgraphTimeoutMs });
    closers.push(async () => guard.close());
    if (remote) closers.push(remote.close);
    const streams = 'url' in subgraph ? httpLiveSource(subgraph.url, subgraphTimeoutMs) : undefined;
    if (streams) closers.push(streams.close);
    return { name, guard, live: streams?.source ?? inProcessLiveSource(subgraph as InProcessSubgraph) };
  });
  const transports = Object.fromEntries(guarded.map(({ name, guard }) => [name, guard.transport])) as Record<
    SubgraphName,
    Transport
  >;
  const redis = config.redisUrl === undefined ? undefined : openRedis(config.redisUrl, log);
  if (redis) closers.push(redis.close);
  const askAsReader = async (query: string) => {
    const identity = { subject: 'service:gateway', scopes: ['analytics:read'], locale: 'EN' } as const;
    const headers = { [identityHeader]: await sign(identity) };
    return transports.analytics({
      query,
      variables: {},
      operationName: undefined,
      headers,
      signal: AbortSignal.timeout(2_000),
    });
  };
  const models = modelHealth(askAsReader);
  const readHealth = createHealthReport(() => ({ ...config.health, ...ownHealth, ...models }));
  const ownGraph = createOwnGraph(secrets.internalSecret, readHealth);
  const engineOptions: Parameters<typeof startEngine>[0] = {
    supergraphPath: config.supergraphPath,
    limits,
    executor: config.executor ?? 'own',
    log,
    dataSourceOf: (name) =>
      createDataSource({
        name,
        transport: name === ownGraphName ? ownGraph : transports[name as SubgraphName],
        timeoutMs: subgraphTimeoutMs,
        onFailure: (error, requestId) =>
          log.warn({ requestId, subgraph: name, fault: String(error) }, 'a subgraph gave no answer'),
      }),
  };
  const engine = await startHotEngine({
    supergraphPath: config.supergraphPath,
    start: () => startEngine(engineOptions),
    everyMs: config.supergraphCheckMs ?? 2_000,
    graceMs: subgraphTimeoutMs * 3,
    log,
  });

  const persisted = createPersistedTexts(redis);
  const askEpoch = async (): Promise<string> => {
    const answer = await askForGateway(transports.analytics, '{ dataEpoch }', AbortSignal.timeout(2_000));
    return answer.data?.['dataEpoch'] as string;
  };
  const cache =
    config.responseCache &&
    createResponseCache({
      mostBytes: config.responseCache.mostBytes,
      graph: () => engine.current().id,
      redis,
      epoch: createDataEpoch({
        ask: config.responseCache.epoch ?? askEpoch,
        // Who was erased may stand in the text of an operation too.
        onEpoch: (epoch, changed) => {
          persisted.clear(epoch);
          if (!changed) return;
          cache?.forget();
          engine.current().forgetTexts();
        },
      }),
    });
  if (cache) closers.push(async () => cache.close());
  config.siblings?.onForget(() => cache?.forget());
  const forgetEverywhere = (): void => {
    cache?.forget();
    config.siblings?.forget();
  };

  const users = createUsersClient(
    transports.users,
    async (subject, scopes, locale) => ({ [identityHeader]: await sign({ subject, scopes, locale }) }),
    subgraphTimeoutMs,
    (error) => log.warn({ subgraph: 'users', fault: String(error) }, 'who asks could not be found out'),
  );
  const authenticator = createAuthenticator({ access: secrets.access, botKey: secrets.botKey, users });
  const sessions = createSessions({ users, authenticator, secureCookies: config.secureCookies ?? production });
  const oidc =
    config.oidc &&
    createOidcSignIn({
      config: config.oidc,
      internalSecret: secrets.internalSecret,
      users,
      sessions,
      secureCookies: config.secureCookies ?? production,
      publicUrl: () => config.oidc?.publicUrl ?? addressOfServer(),
      log,
    });
  const signInLimit = createSharedRateLimit('sign-in', config.signInRate ?? { burst: 30, perSecond: 0.5 }, redis);
  const concurrency = createConcurrency(config.concurrency?.running ?? 256, config.concurrency?.waiting ?? 1_024);
  const rateLimit = createSharedRateLimit('graph', config.rate ?? { burst: 1_000, perSecond: 500 }, redis);
  const policy =
    config.operations === undefined || config.operations.mode === 'any'
      ? undefined
      : {
          mode: config.operations.mode,
          operations: createListedOperations(config.operations.listed),
          logOnly: config.operations.logOnly ?? false,
        };
  const graphql = createGraphQLHandler({
    engine: engine.current,
    authenticator,
    sessions,
    limits,
    concurrency,
    rateLimit,
    persisted,
    cache: cache && { ...cache, forget: forgetEverywhere },
    identify: async ({ subject, scopes, locale }) => ({ [identityHeader]: await sign({ subject, scopes, locale }) }),
    policy,
    production,
    requestTimeoutMs: config.subgraphTimeoutMs === undefined ? 30_000 : subgraphTimeoutMs * 3,
    log,
  });
  const live = createLive({
    engine: engine.current,
    sources: Object.fromEntries(guarded.map(({ name, live: source }) => [name, source])) as Record<
      SubgraphName,
      LiveSource
    >,
    authenticator,
    users,
    sessions,
    persisted,
    limits,
    liveLimits: config.live,
    concurrency,
    rateLimit,
    sign,
    policy,
    allowedOrigins: config.allowedOrigins ?? [],
    production,
    timeoutMs: subgraphTimeoutMs,
    log,
  });
  const collect = createCollector({
    authenticator,
    analytics: transports.analytics,
    identify: async ({ subject, scopes, locale }) => ({ [identityHeader]: await sign({ subject, scopes, locale }) }),
    limit: createSharedRateLimit('collect', config.collectRate ?? { burst: 2_000, perSecond: 1_000 }, redis),
    timeoutMs: subgraphTimeoutMs,
    onFailure: (error, requestId) => log.warn({ requestId, fault: String(error) }, 'events could not be stored'),
  });
  const staticFiles = config.webRoot === undefined ? undefined : createStaticFiles(config.webRoot);
  const ownHealth: Record<string, () => Promise<HealthPart>> = {
    supergraph: engine.health,
    circuits: async () => {
      const open = guarded.filter(({ guard }) => guard.isOpen()).map(({ name }) => name);
      return { status: open.length > 0 ? 'degraded' : 'up', open };
    },
    ...(redis ? { redis: redis.health } : {}),
  };
  let draining = false;

  const route = async (exchange: Exchange): Promise<void> => {
    const { request, response, url, address } = exchange;
    if (isCollectPath(url.pathname)) return collect(exchange);
    switch (url.pathname) {
      case '/graphql': {
        const cors = corsHeaders(request, config.allowedOrigins ?? []);
        for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
        if (request.method === 'OPTIONS') {
          response.writeHead(204).end();
          return;
        }
        return live.wantsStream(request.headers) ? live.answer(exchange) : graphql(exchange);
      }
      case '/sign-in/methods':
        return respondJson(response, 200, { password: true, oidc: config.oidc ? { name: config.oidc.name } : null });
      case oidcPaths.start:
      case oidcPaths.callback:
      case '/session':
      case '/sign-in': {
        const byProvider = url.pathname.startsWith(oidcPaths.start);
        if (byProvider && !oidc) break;
        const redeems = url.pathname === '/sign-in';
        // Without a code it is the page on which people sign in.
        if (redeems && !url.searchParams.has('code')) break;
        if (redeems || byProvider || request.method === 'POST') {
          const wait = await signInLimit(address);
          if (wait > 0) {
            const message = `Too many tries. Wait ${wait} s.`;
            throw new HttpError(429, 'TOO_MANY_TRIES', message, { 'retry-after': String(wait) });
          }
        }
        if (oidc && byProvider)
          return url.pathname === oidcPaths.start ? oidc.start(exchange) : oidc.callback(exchange);
        if (redeems) return sessions.redeem(exchange);
        await sessions.handle(exchange);
        if (request.method === 'DELETE') live.signedOut(request.headers);
        return;
      }
      case '/.well-known/jwks.json':
        return respondJson(response, 200, secrets.access.jwks, { 'cache-control': 'public, max-age=300' });
      case '/health/live':
        return respondJson(response, 200, { status: 'live' });
      case '/health/ready': {
        const readiness = await checkReadiness({ ...config.health, ...ownHealth }, draining);
        const serves = readiness.status === 'ready' || readiness.status === 'degraded';
        return respondJson(response, serves ? 200 : 503, readiness);
      }
      case '/metrics':
        response.writeHead(200, { 'content-type': registry.contentType });
        response.end(await (config.siblings?.figures() ?? registry.metrics()));
        return;
    }
    if (await staticFiles?.(request, response, url.pathname)) return;
    throw new HttpError(404, 'NOT_FOUND', 'There is nothing here. The graph is at /graphql.');
  };

  const serverOptions: ServerOptions = {
    connectionsCheckingInterval: 1_000,
    // A client that would rather speak HTTP/2 is answered as it asked.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  };
  const server = createServer(serverOptions, async (request, response) => {
    const requestId = requestIdOf(request);
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.setHeader('x-request-id', requestId);
    if (draining) response.setHeader('connection', 'close');
    try {
      const url = addressOf(request);
      await route({ request, response, url, requestId, address: request.socket.remoteAddress ?? 'unknown' });
    } catch (error) {
      respondError(error, request, response, requestId);
    }
  });

  const respondError = (
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): void => {
    const known = error instanceof HttpError ? error : undefined;
    // A client that is gone needs no answer, and a body that broke off is no fault of ours.
    if (request.errored || response.destroyed) {
      response.destroy();
      return;
    }
    if (!known) log.error({ requestId, fault: String(error) }, 'a request failed');
    respondJson(
      response,
      known?.status ?? 500,
      {
        errors: [
          {
            message:
              known?.message ?? 'Something went wrong on our side. Try again; if it stays, report the request id.',
            extensions: { code: known?.code ?? 'INTERNAL_SERVER_ERROR', requestId },
          },
        ],
      },
      known?.headers,
    );
  };

  server.on('upgrade', live.upgrade);
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 65_000;
  server.maxHeadersCount = 100;
  await listen(server, config.port, config.host);

  const addressOfServer = (): string => {
    const { port } = server.address() as AddressInfo;
    const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  };

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      draining = true;
      // Balancers see that readiness is off before the door closes.
      await delay(config.drainMs ?? 1_500);
      await live.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection that was busy until now stays open for its client's next request; none will be answered.
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const patience = new AbortController();
      await Promise.race([closed, delay(subgraphTimeoutMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      clearInterval(sweep);
      server.closeAllConnections();
      await closed;
      await engine.stop();
      await Promise.all(closers.map((closer) => closer()));
    })();
    return closing;
  };
  return {
    url: addressOfServer(),
    port: (server.address() as AddressInfo).port,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The address of a request; its host does not matter. Throws HttpError for what is none. */
function addressOf(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  // A path that begins with two slashes would be read as a host.
  const url = path.startsWith('/') ? URL.parse(`http://gateway${path}`) : null;
  if (!url) throw new HttpError(400, 'BAD_REQUEST', 'The address of the request cannot be read.');
  return url;
}

/** The request's own id where it has a sensible one, else a new one. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new AppError(
              'PORT_IN_USE',
              `Port ${port} is in use.`,
              'End the program that holds it, or choose another with --port.',
              {
                cause: error,
              },
            )
          : new AppError(
              'CONFIG_INVALID',
              `Cannot listen at ${host}:${port}: ${error.message}.`,
              'Check HOST and PORT.',
              {
                cause: error,
              },
            ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
