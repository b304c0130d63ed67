import type { Log } from '@cda/platform/telemetry/log.ts';
import { counter, durations } from '@cda/platform/telemetry/metrics.ts';
import { inSpan, type OpenSpan } from '@cda/platform/telemetry/tracing.ts';
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from '../graph/context.ts';
import type { Engine } from '../graph/engine.ts';
import { formatError } from '../graph/error-format.ts';
import { prepareOperation } from '../graph/operations.ts';
import type { Concurrency } from '../guards/concurrency.ts';
import type { OperationLimits } from '../guards/limits.ts';
import type { ListedOperations } from '../guards/listed-operations.ts';
import type { RateLimit } from '../guards/rate-limit.ts';
import type { Authenticator } from '../who/authenticate.ts';
import type { Caller } from '../who/caller.ts';
import { resultTypeOf } from './accept.ts';
import { mayBeForged } from './csrf.ts';
import type { Exchange } from './exchange.ts';
import { readGet, readPost } from './graphql-request.ts';
import { HttpError } from './http-error.ts';
import { respondJson } from './respond.ts';
import type { Sessions } from './sessions.ts';

const seconds = durations('cda_graphql_request_seconds', 'Time of one GraphQL request at the gateway', ['outcome']);
const errorCount = counter('cda_graphql_errors_total', 'Errors in answers of the gateway by code', ['code']);

const operationSeconds = durations('cda_operation_seconds', 'Time of one operation at the gateway by its name', [
  'operation',
]);
const slowCount = counter('cda_slow_operations_total', 'Operations that took longer than they should, by name', [
  'operation',
]);

const unlistedCount = counter('cda_unlisted_operations_total', 'Operations that are not listed', ['outcome']);

interface Options {
  /** The engine of the moment; a request stays with the one that it began with. */
  engine: () => Engine;
  authenticator: Authenticator;
  sessions: Sessions;
  limits: OperationLimits;
  concurrency: Concurrency;
  rateLimit: RateLimit;
  identify: (caller: Caller) => Promise<Readonly<Record<string, string>>>;
  /** Operations that are taken, where not any is. */
  policy: { mode: 'scoped' | 'listed'; operations: ListedOperations; logOnly: boolean } | undefined;
  production: boolean;
  requestTimeoutMs: number;
  log: Log;
}

/** Answers `/graphql` by the GraphQL-over-HTTP specification: GET and POST, both media types, statuses as each wants them. */
export function createGraphQLHandler(options: Options): (exchange: Exchange) => Promise<void> {
  const { authenticator, sessions, limits, concurrency, rateLimit, identify, policy, production, log } = options;
  const label = createOperationLabels();

  const handle = async (
    { request, response, url, requestId, address }: Exchange,
    span: OpenSpan | undefined,
  ): Promise<void> => {
    const started = performance.now();
    const engine = options.engine();
    const type = resultTypeOf(request.headers.accept);
    const method = request.method ?? 'GET';
    if (method !== 'GET' && method !== 'POST') {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use GET or POST.', { allow: 'GET, POST' });
    }
    const { caller, renewed } = await authenticator.authenticate(request.headers);
    if (renewed) response.setHeader('set-cookie', sessions.cookiesOf(renewed));
    if (caller?.byCookie && mayBeForged(method, request.headers)) {
      throw new HttpError(
        400,
        'CROSS_SITE',
        'This request could come from another site. Send it as application/json, or with the header apollo-require-preflight: 1.',
      );
    }
    const wait = rateLimit(caller?.subject ?? `address:${address}`);
    if (wait > 0) throw tooMany(wait);

    const mayIntrospect = caller !== undefined && (!production || caller.scopes.includes('accounts:manage'));
    const answer = (
      status: number,
      result: { data?: unknown; errors?: readonly GraphQLFormattedError[] },
      operation?: string,
      cost?: number,
    ): void => {
      const errors = result.errors?.map((error) =>
        formatError(error, { requestId, suggestions: mayIntrospect }, (fault) =>
          log.error({ requestId, operation, path: fault.path, fault: fault.message }, 'a field failed'),
        ),
      );
      for (const error of errors ?? []) errorCount.inc({ code: String(error.extensions?.['code']) });
      seconds.observe({ outcome: errors ? 'errors' : 'ok' }, (performance.now() - started) / 1000);
      respondJson(
        response,
        // A request that was not run is a 4xx; but the older media type says 200 for everything in GraphQL's own terms.
        status === 400 && type === 'application/json' ? 200 : status,
        {
          ...(errors ? { errors } : {}),
          ...('data' in result ? { data: result.data } : {}),
          // For those who want to know how near they are to the limit.
          ...(cost !== undefined && request.headers['x-cda-cost']
            ? { extensions: { cost: { asked: cost, most: limits.cost } } }
            : {}),
        },
        status === 401 ? { 'www-authenticate': 'Bearer' } : status === 405 ? { allow: 'POST' } : {},
        type,
      );
    };

    const parameters = method === 'GET' ? readGet(url) : await readPost(request);
    const prepared = prepareOperation(parameters, caller, {
      schema: engine.schema,
      documents: engine.documents,
      limits,
      policy: policy && {
        ...policy,
        onUnlisted: (refused) => {
          unlistedCount.inc({ outcome: refused ? 'refused' : 'logged' });
          log.warn(
            { requestId, subject: caller?.subject, operation: parameters.operationName, refused },
            'an operation that is not listed',
          );
        },
      },
      mayIntrospect,
      method,
    });
    if (!('operation' in prepared)) return answer(prepared.status, { errors: prepared.errors });
    // Known: a caller who is not was refused above.
    const known = caller as Caller;
    span?.rename(`${prepared.operation.operation} ${prepared.operation.name?.value ?? ''}`.trim());
    span?.set({ 'graphql.operation.name': prepared.operation.name?.value ?? '', 'cda.request_id': requestId });
    const abort = new AbortController();
    const stop = () => abort.abort();
    response.once('close', stop);
    const timer = setTimeout(stop, options.requestTimeoutMs);
    try {
      const context: GatewayContext = {
        caller: known,
        requestId,
        subgraphHeaders: {
          ...(await identify(known)),
          'x-request-id': requestId,
          ...traceOf(request.headers['traceparent']),
        },
        signal: abort.signal,
      };
      const result = await concurrency.run(() =>
        engine.run(prepared, parameters.variables, parameters.operationName, context),
      );
      if (!result) {
        throw new HttpError(503, 'OVERLOADED', 'Too many operations are running. Try again in a second.', {
          'retry-after': '1',
        });
      }
      if (prepared.operation.operation === 'mutation') authenticator.forgetKeys();
      const name = prepared.operation.name?.value;
      if (result.errors) span?.fail('the answer holds errors');
      answer(result.data === undefined ? 400 : 200, result, name, prepared.cost);
      const ms = Math.round(performance.now() - started);
      operationSeconds.observe({ operation: label(name) }, (performance.now() - started) / 1000);
      if (ms >= slowMs) {
        slowCount.inc({ operation: label(name) });
        log.warn({ requestId, operation: name, subject: known.subject, cost: prepared.cost, ms }, 'a slow operation');
      } else log.debug({ requestId, operation: name, cost: prepared.cost, ms }, 'an operation');
    } finally {
      clearTimeout(timer);
      response.off('close', stop);
    }
  };
  return (exchange) =>
    inSpan({ name: 'graphql', kind: 'server', headers: exchange.request.headers }, (span) => handle(exchange, span));
}

/** Operations of whose names the figures are kept; whoever makes up names cannot fill the memory with them. */
const operationsKept = 100;

/** Name of an operation as the figures show it. */
function createOperationLabels(): (name: string | undefined) => string {
  const seen = new Set<string>();
  return (name) => {
    if (name === undefined) return 'unnamed';
    if (seen.has(name)) return name;
    if (seen.size >= operationsKept || name.length > 60) return 'other';
    seen.add(name);
    return name;
  };
}

/** Operations that take this long are named in the log. */
const slowMs = 1_000;

const tooMany = (wait: number): HttpError =>
  new HttpError(429, 'TOO_MANY_REQUESTS', `Too many requests. Wait ${wait} s.`, { 'retry-after': String(wait) });

/** The W3C trace of the request, handed on where it is well formed. */
function traceOf(traceparent: string | string[] | undefined): Record<string, string> {
  return typeof traceparent === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
    ? { traceparent }
    : {};
}
