import type { ServerResponse } from 'node:http';
import { gathersReadsHeader, personalReadLine } from '@cda/platform/auth/personal-reads.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { counter, durations } from '@cda/platform/telemetry/metrics.ts';
import { inSpan, type OpenSpan } from '@cda/platform/telemetry/tracing.ts';
import type { GraphQLFormattedError } from 'graphql';
import type { ResponseCache } from '../cache/response-cache.ts';
import type { GatewayContext } from '../graph/context.ts';
import type { Engine, EngineResult } from '../graph/engine.ts';
import { formatError } from '../graph/error-format.ts';
import { prepareOperation, sendsEvents } from '../graph/operations.ts';
import type { PersistedTexts } from '../graph/persisted-texts.ts';
import type { Concurrency } from '../guards/concurrency.ts';
import { objectsIn } from '../guards/cost.ts';
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
import { respondPacked, respondText } from './respond.ts';
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
  persisted: PersistedTexts;
  /** Answers that may be kept, where any are. */
  cache: ResponseCache | undefined;
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
  const { persisted, cache } = options;
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
    const wait = await rateLimit(caller?.subject ?? `address:${address}`);
    if (wait > 0) throw tooMany(wait);

    const mayIntrospect = caller !== undefined && (!production || caller.scopes.includes('accounts:manage'));
    const answer = (
      status: number,
      result: { data?: unknown; errors?: readonly GraphQLFormattedError[] } | { text: string },
      { operation, cost, query = false, headers = {} }: AnswerDetails = {},
    ): void | Promise<void> => {
      const errors = ('text' in result ? undefined : result.errors)?.map((error) =>
        formatError(error, { requestId, suggestions: mayIntrospect }, (fault) =>
          log.error({ requestId, operation, path: fault.path, fault: fault.message }, 'a field failed'),
        ),
      );
      for (const error of errors ?? []) errorCount.inc({ code: String(error.extensions?.['code']) });
      seconds.observe({ outcome: errors ? 'errors' : 'ok' }, (performance.now() - started) / 1000);
      const parts = errors ? [`"errors":${JSON.stringify(errors)}`] : [];
      if ('text' in result) parts.push(`"data":${result.text}`);
      else if ('data' in result) parts.push(`"data":${JSON.stringify(result.data)}`);
      if (cost !== undefined) {
        // What it came to is counted for whoever wants to know: that is a walk through the whole answer.
        const actual =
          request.headers['x-cda-cost'] === undefined
            ? undefined
            : objectsIn('text' in result ? JSON.parse(result.text) : result.data);
        parts.push(`"extensions":${JSON.stringify({ cost: { asked: cost, most: limits.cost, actual } })}`);
      }
      const text = `{${parts.join(',')}}`;
      // A request that was not run is a 4xx; but the older media type says 200 for everything in GraphQL's own terms.
      const code = status === 400 && type === 'application/json' ? 200 : status;
      // Mutations bring secrets, and errors repeat what the client wrote: neither is packed.
      if (query && !errors) return respondPacked(request, response, code, text, headers, type);
      const more = status === 401 ? { 'www-authenticate': 'Bearer' } : status === 405 ? { allow: 'POST' } : headers;
      respondText(response, code, text, more, type);
    };

    const parameters = method === 'GET' ? readGet(url) : await readPost(request);
    if (caller && parameters.query === undefined && parameters.persistedHash !== undefined) {
      parameters.query = await persisted.find(parameters.persistedHash);
    }
    const prepared = prepareOperation(parameters, caller, {
      schema: engine.schema,
      hints: engine.hints,
      documents: engine.documents,
      onPersisted: persisted.register,
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
      sentProof: request.headers.authorization !== undefined,
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
    const personalReads = new Map<string, number>();
    /** One line for the whole request, written before anything of it is sent. */
    const audit = (): void => {
      if (personalReads.size === 0) return;
      log.info(personalReadLine(known.subject, requestId, personalReads), 'personal data was read');
      personalReads.clear();
    };
    try {
      const context: Omit<GatewayContext, 'signal'> = {
        caller: known,
        requestId,
        personalReads,
        subgraphHeaders: {
          ...(await identify(known)),
          'x-request-id': requestId,
          [gathersReadsHeader]: '1',
          ...traceOf(request.headers['traceparent']),
        },
      };
      const run = (signal: AbortSignal): Promise<EngineResult | undefined> =>
        concurrency.run(
          () => engine.run(prepared, parameters.variables, parameters.operationName, { ...context, signal }),
          signal,
        );
      const answered =
        cache && prepared.cache
          ? await cache.answer(prepared, prepared.cache, known, abort.signal, run)
          : { result: await run(abort.signal) };
      const name = prepared.operation.name?.value;
      const query = prepared.operation.operation === 'query';
      const details = { operation: name, cost: prepared.cost, query };
      if ('data' in answered) {
        await answer(200, { text: answered.data }, { ...details, headers: cacheHeaders(answered, response) });
        operationSeconds.observe({ operation: label(name) }, (performance.now() - started) / 1000);
        return;
      }
      const { result } = answered;
      audit();
      if (!result) {
        if (abort.signal.aborted) return;
        throw new HttpError(503, 'OVERLOADED', 'Too many operations are running. Try again in a second.', {
          'retry-after': '1',
        });
      }
      if (!query) {
        authenticator.forgetKeys();
        if (!sendsEvents(prepared.operation)) cache?.forget();
      }
      if (result.errors) span?.fail('the answer holds errors');
      await answer(result.data === undefined ? 400 : 200, result, details);
      const ms = Math.round(performance.now() - started);
      operationSeconds.observe({ operation: label(name) }, (performance.now() - started) / 1000);
      if (ms >= slowMs) {
        slowCount.inc({ operation: label(name) });
        log.warn({ requestId, operation: name, subject: known.subject, cost: prepared.cost, ms }, 'a slow operation');
      } else log.debug({ requestId, operation: name, cost: prepared.cost, ms }, 'an operation');
    } finally {
      clearTimeout(timer);
      audit();
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

interface AnswerDetails {
  operation?: string | undefined;
  cost?: number;
  /** A query was run, and nothing else. */
  query?: boolean;
  headers?: Readonly<Record<string, string>>;
}

/** How long the client may keep what was kept here, and never with others: everything that an answer depends on is in `vary`. */
function cacheHeaders(
  { ageSeconds, maxAgeSeconds }: { ageSeconds: number; maxAgeSeconds: number },
  response: ServerResponse,
): Record<string, string> {
  response.appendHeader('vary', 'authorization, cookie, accept, accept-language, x-cda-locale');
  return { 'cache-control': `private, max-age=${maxAgeSeconds}`, age: String(ageSeconds) };
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
