import type { GraphQLDataSource } from '@apollo/gateway';
import { gatherReads } from '@cda/platform/auth/personal-reads.ts';
import { BoundedMap } from '@cda/platform/bounded-map.ts';
import { graphError } from '@cda/platform/graph/graph-error.ts';
import { durations } from '@cda/platform/telemetry/metrics.ts';
import { inSpan, traceHeaders } from '@cda/platform/telemetry/tracing.ts';
import { GraphQLError, type GraphQLFormattedError, Kind, parse } from 'graphql';
import type { GatewayContext } from './context.ts';
import { noAnswer } from './within.ts';

/** One fetch of a query plan. */
export interface Fetch {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | undefined;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** What a subgraph answered. */
export interface FetchResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
  /** What the subgraph tells the gateway and nobody else. */
  extensions?: Record<string, unknown>;
}

/** A way to reach a subgraph. It throws where there is no answer, `noAnswer` where there is none in time. */
export type Transport = (fetch: Fetch) => Promise<FetchResult>;

const seconds = durations('cda_subgraph_fetch_seconds', 'Time of one call of a subgraph', ['subgraph', 'outcome']);

export interface DataSourceOptions {
  name: string;
  transport: Transport;
  timeoutMs: number;
  /** Told why there was no answer; clients are not. */
  onFailure: (error: unknown, requestId: string) => void;
}

/**
 * A subgraph as the query plan's executor sees it. No answer, or none in time, becomes an error with a stable code that names the
 * subgraph and nothing of where it runs; the fields of the others are answered.
 */
export function createDataSource({
  name,
  transport,
  timeoutMs,
  onFailure,
}: DataSourceOptions): GraphQLDataSource<GatewayContext> {
  const unavailable = () =>
    graphError('SUBGRAPH_UNAVAILABLE', `The part "${name}" does not answer just now; what it knows is missing here.`);
  const late = () =>
    graphError('TIMEOUT', `The part "${name}" took longer than ${timeoutMs / 1000} s; what it knows is missing here.`);
  return {
    async process(options) {
      const { request } = options;
      const { subgraphHeaders, signal, requestId, personalReads } = options.context as GatewayContext;
      const query = request.query as string;
      const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : [];
      const started = performance.now();
      const observe = (outcome: string) =>
        seconds.observe({ subgraph: name, outcome }, (performance.now() - started) / 1000);
      try {
        const call = { query, variables: request.variables ?? {}, operationName: request.operationName };
        const result = await inSpan({ name: `fetch ${name}`, kind: 'client' }, async (span) => {
          const headers = span ? { ...subgraphHeaders, ...traceHeaders() } : subgraphHeaders;
          const answered = await transport({ ...call, headers, signal });
          if (answered.errors) span?.fail('the answer holds errors');
          return answered;
        });
        observe(result.errors ? 'errors' : 'ok');
        const { extensions, ...told } = result;
        if (extensions && personalReads) gatherReads(personalReads, extensions);
        return told as Awaited<ReturnType<GraphQLDataSource<GatewayContext>['process']>>;
      } catch (error) {
        const gaveUp = error === noAnswer || signal.aborted;
        observe(gaveUp ? 'timeout' : 'unavailable');
        onFailure(error, requestId);
        return { errors: placed(gaveUp ? late() : unavailable(), query, path) };
      }
    },
  };
}

/** The error at each place where the fetch would have put something: its root fields, or the list or object that it would complete. */
function placed(error: GraphQLError, query: string, path: readonly (string | number)[]): GraphQLError[] {
  const at = (place: readonly (string | number)[]) =>
    new GraphQLError(error.message, { extensions: error.extensions, ...(place.length > 0 ? { path: place } : {}) });
  const keys = rootKeys(query);
  if (!keys.includes('_entities')) return keys.map((key) => at([key]));
  // Thrown instead of returned: the executor would look for the place of a single entity otherwise.
  const list = path.indexOf('@');
  throw at(list < 0 ? path : path.slice(0, list));
}

const rootKeysByQuery = new BoundedMap<string, readonly string[]>(500);

function rootKeys(query: string): readonly string[] {
  let keys = rootKeysByQuery.get(query);
  if (!keys) {
    const operation = parse(query, { noLocation: true }).definitions.find(
      (node) => node.kind === Kind.OPERATION_DEFINITION,
    );
    keys = (operation?.selectionSet.selections ?? []).flatMap((node) =>
      node.kind === Kind.FIELD ? [node.alias?.value ?? node.name.value] : [],
    );
    rootKeysByQuery.set(query, keys);
  }
  return keys;
}
