import '../no-telemetry.ts';
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
import { type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql';
import type { OperationLimits } from '../guards/limits.ts';
import type { GatewayContext } from './context.ts';
import { createDocuments, type Documents } from './documents.ts';
import type { PreparedOperation } from './operations.ts';
import { checkScalars } from './scalar-values.ts';

/** Result of an operation, not yet made fit for clients. */
export interface EngineResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/** Apollo's gateway and server behind one function; what clients send has been checked before. */
export interface Engine {
  schema: GraphQLSchema;
  documents: Documents;
  run(
    operation: PreparedOperation,
    variables: Record<string, unknown>,
    operationName: string | undefined,
    context: GatewayContext,
  ): Promise<EngineResult>;
  stop(): Promise<void>;
}

interface Options {
  supergraphPath: string;
  dataSourceOf: (name: string) => GraphQLDataSource<GatewayContext>;
  limits: OperationLimits;
  log: Log;
}

/** Starts Apollo Server over Apollo Gateway with a supergraph from a file. Throws AppError where the file is no supergraph. */
export async function startEngine({ supergraphPath, dataSourceOf, limits, log }: Options): Promise<Engine> {
  const supergraphSdl = readSupergraph(supergraphPath);
  const quiet = { debug: () => {}, info: () => {}, warn: log.warn.bind(log), error: log.error.bind(log) };
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    // Plans name subgraphs and keys; no client gets to see them by a header.
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => dataSourceOf(name),
  } as ConstructorParameters<typeof ApolloGateway>[0]);
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
  return {
    schema: apiSchema,
    documents,
    stop: () => server.stop(),
    run: async ({ text }, variables, operationName, contextValue) => {
      const { body } = await server.executeOperation({ query: text, variables, operationName }, { contextValue });
      if (body.kind !== 'single') throw new Error('Apollo Server answered in parts, which was not asked for.');
      return body.singleResult as EngineResult;
    },
  };
}

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
