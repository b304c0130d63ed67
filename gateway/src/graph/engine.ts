import '../no-telemetry.ts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { AppError } from '@cda/platform/errors.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { counter } from '@cda/platform/telemetry/metrics.ts';
import { type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql';
import { BoundedBytes } from '../cache/bounded-bytes.ts';
import type { LivePlan, SubscriptionNode } from '../executor/live-plan.ts';
import { createOwnExecutor, type OwnExecutor } from '../executor/own-executor.ts';
import type { PlanNode } from '../executor/run-plan.ts';
import type { OperationLimits } from '../guards/limits.ts';
import type { GatewayContext } from './context.ts';
import { createDocuments, type Documents } from './documents.ts';
import type { PreparedOperation } from './operations.ts';
import { checkScalars } from './scalar-values.ts';
import { readSchemaHints, type SchemaHints } from './schema-hints.ts';

const operationCount = counter('cda_operations_total', 'Operations by the executor that ran their plan', ['executor']);

/** Result of an operation, not yet made fit for clients. */
export interface EngineResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/** Apollo's gateway and server behind one function; what clients send has been checked before. */
export interface Engine {
  schema: GraphQLSchema;
  /** What the SDL says besides types. */
  hints: SchemaHints;
  /** Digest of the supergraph. */
  id: string;
  documents: Documents;
  /** Forgets documents and plans, which may hold what clients wrote into their texts. */
  forgetTexts(): void;
  run(
    operation: PreparedOperation,
    variables: Record<string, unknown>,
    operationName: string | undefined,
    context: GatewayContext,
  ): Promise<EngineResult>;
  /** The plan of a subscription; undefined where it is one that can't be run here. */
  livePlan(
    operation: PreparedOperation,
    variables: Record<string, unknown>,
    operationName: string | undefined,
    context: GatewayContext,
  ): Promise<LivePlan | undefined>;
  stop(): Promise<void>;
}

interface Options {
  supergraphPath: string;
  dataSourceOf: (name: string) => GraphQLDataSource<GatewayContext>;
  limits: OperationLimits;
  /** Which executor runs the plans that Apollo's planner makes. */
  executor: 'own' | 'stock';
  log: Log;
}

/** Starts Apollo Server over Apollo Gateway with a supergraph from a file. Throws AppError where the file is no supergraph. */
export async function startEngine({ supergraphPath, dataSourceOf, limits, executor, log }: Options): Promise<Engine> {
  const supergraphSdl = readSupergraph(supergraphPath);
  const sources: Record<string, GraphQLDataSource<GatewayContext>> = {};
  const sourceOf = (name: string) => (sources[name] ??= dataSourceOf(name));
  const quiet = { debug: () => {}, info: () => {}, warn: log.warn.bind(log), error: log.error.bind(log) };
  const plans = createPlanStore();
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    queryPlannerConfig: { cache: plans },
    // Plans name subgraphs and keys; no client gets to see them by a header.
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => sourceOf(name),
    experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) => {
      const checked = documents?.byHash(requestContext.queryHash);
      if (checked)
        own?.learn(
          checked,
          requestContext.request.operationName,
          queryPlan.node as PlanNode | SubscriptionNode | undefined,
        );
    },
  } as ConstructorParameters<typeof ApolloGateway>[0]);
  let own: OwnExecutor | undefined;
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
    checkScalars(apiSchema);
  });
  let documents: Documents | undefined;
  const server = new ApolloServer<GatewayContext>({
    gateway,
    logger: quiet,
    nodeEnv: 'production',
    // Documents, persisted ones too, and errors are handled before and after; see operations.ts and error-format.ts.
    introspection: true,
    persistedQueries: false,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    documentStore: {
      // The key ends with the hash of the text.
      get: async (key: string): Promise<DocumentNode | undefined> => documents?.byHash(key.slice(-64))?.document,
      set: async () => {},
      delete: async () => {},
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  try {
    await server.start();
  } catch (error) {
    throw notUsable(supergraphPath, error);
  }
  if (!schema) throw notUsable(supergraphPath, undefined);
  const apiSchema = schema;
  documents = createDocuments(apiSchema, limits);
  // Subscriptions are run by our own in any case: stock plans them and refuses to run them.
  own = createOwnExecutor({ apiSchema, supergraphSdl, sources });
  const ownQueries = executor === 'own' ? own : undefined;
  return {
    schema: apiSchema,
    hints: readSchemaHints(parse(supergraphSdl, { noLocation: true }), apiSchema),
    id: createHash('sha256').update(supergraphSdl).digest('base64url'),
    documents,
    forgetTexts: () => {
      documents?.clear();
      plans.clear();
      own?.clear();
    },
    stop: () => server.stop(),
    livePlan: async ({ text, checked }, variables, operationName, contextValue) => {
      const known = own?.livePlan(checked, operationName);
      if (known !== undefined) return known ?? undefined;
      // Stock tells the plan and then refuses to run it, which is all that is wanted of it.
      await server.executeOperation({ query: text, variables, operationName }, { contextValue });
      return own?.livePlan(checked, operationName) ?? undefined;
    },
    run: async (operation, variables, operationName, contextValue) => {
      const answered = ownQueries?.run(operation, variables, operationName, contextValue);
      operationCount.inc({ executor: answered ? 'own' : 'stock' });
      if (answered) return answered;
      const { text } = operation;
      const { body } = await server.executeOperation({ query: text, variables, operationName }, { contextValue });
      if (body.kind !== 'single') throw new Error('Apollo Server answered in parts, which was not asked for.');
      return body.singleResult as EngineResult;
    },
  };
}

/** Stock's plans, bounded in bytes; the text of a plan is about as large as the plan. */
function createPlanStore() {
  const plans = new BoundedBytes<QueryPlan>(20 * 2 ** 20);
  return {
    get: async (key: string) => plans.get(key, 0),
    set: async (key: string, plan: QueryPlan) =>
      plans.set(key, plan, JSON.stringify(plan).length * 4, Number.POSITIVE_INFINITY),
    delete: async (key: string) => plans.delete(key),
    clear: () => plans.clear(),
  };
}

type QueryPlan = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof ApolloGateway>[0]>['experimental_didResolveQueryPlan']>
>[0]['queryPlan'];

/**
 * Access rules of the SDL are enforced by the subgraphs. Apollo's gateway can't enforce them, and so refuses a supergraph
 * that declares them as its own duty.
 */
const enforcedBySubgraphs =
  /(@link\(url: "https:\/\/specs\.apollo\.dev\/(?:authenticated|requiresScopes|policy)\/v[\d.]+"), for: SECURITY\)/g;

function readSupergraph(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    parse(text, { noLocation: true });
    return text.replace(enforcedBySubgraphs, '$1)');
  } catch (error) {
    throw notUsable(path, error);
  }
}

const notUsable = (path: string, cause: unknown): AppError =>
  new AppError(
    'CONFIG_INVALID',
    `${path} is no supergraph that can be served.`,
    'Make it anew with: npm run generate',
    { cause },
  );
