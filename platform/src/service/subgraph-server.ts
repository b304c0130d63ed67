import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type DocumentNode, type GraphQLError, parse, validate } from 'graphql';
import { createIdentityVerifier, identityHeader } from '../auth/internal-identity.ts';
import { BoundedMap } from '../bounded-map.ts';
import { AppError } from '../errors.ts';
import { graphError } from '../graph/graph-error.ts';
import { openEventStream } from '../live/event-stream.ts';
import type { Log } from '../telemetry/log.ts';
import { collectProcessMetrics, registry } from '../telemetry/metrics.ts';
import type { RunningSubgraph, SubgraphRequest } from './subgraph.ts';

export interface SubgraphServerConfig {
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Secret that the gateway signs identities with. */
  internalSecret: string;
  log: Log;
  /** How long readiness is off before connections close, in milliseconds. */
  drainMs?: number;
}

/** A subgraph that answers over HTTP. */
export interface SubgraphServer extends AsyncDisposable {
  port: number;
  /** Address of its graph. */
  url: string;
}

/** The gateway's own limit on what it sends; a fetch for a batch of entities is far below. */
const bodyLimitBytes = 8 * 1024 * 1024;
/** Fetches come from query plans, so there are few texts. */
const documentLimit = 2_000;
const tokenLimit = 20_000;

/**
 * Serves a subgraph over HTTP to a gateway in another process: `POST /graphql`, `/health/live`, `/health/ready`, `/metrics`.
 * Nothing of the graph, not even its schema, is told to a caller without an identity that the gateway signed.
 */
export async function serveSubgraph(subgraph: RunningSubgraph, config: SubgraphServerConfig): Promise<SubgraphServer> {
  const { log } = config;
  collectProcessMetrics();
  const verify = createIdentityVerifier(config.internalSecret);
  const documents = new BoundedMap<string, DocumentNode | readonly GraphQLError[]>(documentLimit);
  let draining = false;
  const ending = new AbortController();

  const documentOf = (query: string): DocumentNode | readonly GraphQLError[] => {
    const known = documents.get(query);
    if (known) return known;
    let made: DocumentNode | readonly GraphQLError[];
    try {
      const document = parse(query, { noLocation: true, maxTokens: tokenLimit });
      const faults = validate(subgraph.schema, document);
      made = faults.length > 0 ? faults : document;
    } catch (error) {
      made = [error as GraphQLError];
    }
    documents.set(query, made);
    return made;
  };

  const answerGraph = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const header = request.headers[identityHeader];
    if (!(await verify(typeof header === 'string' ? header : undefined))) {
      request.resume();
      return respond(response, 401, refusal('UNAUTHENTICATED', 'This service answers the gateway only.'));
    }
    const text = await readBody(request);
    if (text === undefined) {
      // What is left of the body stays unread, so nothing else can come over this connection.
      response.setHeader('connection', 'close');
      return respond(response, 413, refusal('BAD_USER_INPUT', 'The body is larger than 8 MB.'));
    }
    const call = toCall(text);
    if (!call) return respond(response, 400, refusal('BAD_USER_INPUT', 'Send a JSON object with a query.'));
    const document = documentOf(call.query);
    if (!('kind' in document)) return respond(response, 400, { errors: document });
    const operation = {
      document,
      variables: call.variables,
      ...(call.operationName === undefined ? {} : { operationName: call.operationName }),
      headers: request.headers as Record<string, string | undefined>,
    };
    if (request.headers.accept === 'text/event-stream') return answerLive(operation, request, response);
    const gone = new AbortController();
    const leave = () => gone.abort();
    response.once('close', leave);
    const result = await subgraph.execute({ ...operation, signal: gone.signal });
    response.off('close', leave);
    return respond(response, 200, result);
  };

  /**
   * A subscription as a stream of events: `next` for what happened, `state` for how things are now, `chosen` for a beginning that the
   * reader named, an id for the position. A stream that ends was lost, and the gateway opens it again.
   */
  const answerLive = async (
    operation: SubgraphRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, ending.signal]);
    response.once('close', () => gone.abort());
    const lastPosition = request.headers['last-event-id'];
    const stream = await subgraph.subscribe({
      ...operation,
      signal,
      lastPosition: typeof lastPosition === 'string' && lastPosition !== '' ? lastPosition : undefined,
    });
    if (!(Symbol.asyncIterator in stream)) return respond(response, 200, stream);
    const events = openEventStream(response);
    try {
      for await (const { result, position, state, chosen } of stream) {
        await events.send({
          ...(result ? { event: state ? 'state' : 'next', data: JSON.stringify(result) } : {}),
          ...(chosen ? { event: 'chosen' } : {}),
          ...(position === undefined ? {} : { id: position }),
        });
      }
    } catch (error) {
      if (!signal.aborted) {
        log.warn(
          { subgraph: subgraph.name, fault: String(error) },
          'a live stream was lost; the gateway opens it again',
        );
      }
    }
    events.end();
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?')[0];
    if (path === '/graphql' && request.method === 'POST') return answerGraph(request, response);
    if (path === '/health/live') return respond(response, 200, { status: 'live' });
    if (path === '/health/ready') {
      const health = await subgraph.health();
      return respond(response, health.ok && !draining ? 200 : 503, {
        status: draining ? 'draining' : health.ok ? 'ready' : 'not ready',
        ...health,
      });
    }
    if (path === '/metrics') {
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
      return;
    }
    return respond(response, 404, refusal('NOT_FOUND', 'There is nothing here. The graph is at POST /graphql.'));
  };

  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    if (draining) response.setHeader('connection', 'close');
    route(request, response).catch((error: unknown) => {
      log.error({ subgraph: subgraph.name, fault: String(error) }, 'a request failed');
      if (response.headersSent || response.destroyed) response.destroy();
      else respond(response, 500, refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'));
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  // Longer than the gateway keeps idle connections: the one who sends decides when a connection ends.
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, config.port, config.host);
  return {
    port,
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}/graphql`,
    [Symbol.asyncDispose]: async () => {
      draining = true;
      await delay(config.drainMs ?? 0);
      ending.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([closed, delay(5_000, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Call {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | undefined;
}

function toCall(text: string): Call | undefined {
  try {
    const { query, variables, operationName } = JSON.parse(text) as Record<string, unknown>;
    if (typeof query !== 'string') return undefined;
    return {
      query,
      variables: typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
      operationName: typeof operationName === 'string' ? operationName : undefined,
    };
  } catch {
    return undefined;
  }
}

const refusal = (code: Parameters<typeof graphError>[0], message: string): { errors: GraphQLError[] } => ({
  errors: [graphError(code, message)],
});

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new AppError(
          cause.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CONFIG_INVALID',
          cause.code === 'EADDRINUSE'
            ? `Port ${port} is in use.`
            : `Cannot listen at ${host}:${port}: ${cause.message}.`,
          'End the program that holds it, or give another PORT.',
          { cause },
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
