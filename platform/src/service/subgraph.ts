import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import type { MikroORM } from '@mikro-orm/postgresql';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
} from 'graphql';
import type { Pool } from 'pg';
import { enforceAccess } from '../auth/access-directives.ts';
import { createIdentityVerifier, type InternalIdentity, identityHeader } from '../auth/internal-identity.ts';
import { gathersReadsHeader, personalReadLine } from '../auth/personal-reads.ts';
import type { AccessKeys } from '../auth/secrets.ts';
import { createCancellation, whileWaitedFor } from '../database/cancellation.ts';
import { migrateSubgraph } from '../database/migrate-subgraph.ts';
import { openOrm } from '../database/orm.ts';
import { createPool } from '../database/pool.ts';
import { loadShop, type Shop } from '../events/clock.ts';
import { createProjector, type ProjectionState, type Projector } from '../events/projector.ts';
import type { RequestContext } from '../graph/context.ts';
import { graphError } from '../graph/graph-error.ts';
import { scalars } from '../graph/scalars.ts';
import { type SubgraphName, subgraphTypeDefs } from '../graph/type-defs.ts';
import { sharedResolvers } from '../graph/values.ts';
import type { ModelOwner } from '../jobs/worker.ts';
import { changesOf } from '../live/changes.ts';
import type { LiveMessage } from '../live/live-message.ts';
import { notesOf } from '../live/source-event.ts';
import type { Log } from '../telemetry/log.ts';
import { countModelAnswers } from '../telemetry/model-answers.ts';
import { observeOperation } from './observe-operation.ts';
import type { SubgraphDefinition } from './subgraph-definition.ts';

/** One operation for a subgraph, parsed and validated. */
export interface SubgraphRequest {
  document: DocumentNode;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** Lower-case names; carries the gateway's signed identity. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Fires when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

/** A subscription for a subgraph. */
export interface SubgraphSubscription extends SubgraphRequest {
  /** Fires when nobody reads any more. */
  signal: AbortSignal;
  /** Position that an earlier stream of the same subscription was lost at. */
  lastPosition?: string | undefined;
}

/** The messages of a subgraph's stream; it ends with the signal, or with a fault where it can't go on. */
export type SubgraphStream = AsyncIterable<LiveMessage<readonly GraphQLError[]>>;

export interface SubgraphHealth {
  ok: boolean;
  database: boolean;
  projections: ProjectionState[];
}

/** A subgraph at work. */
export interface RunningSubgraph extends AsyncDisposable {
  name: SubgraphName;
  schema: GraphQLSchema;
  execute(request: SubgraphRequest): Promise<ExecutionResult>;
  /** Opens a subscription's stream; a result with errors where it is refused. */
  subscribe(request: SubgraphSubscription): Promise<SubgraphStream | ExecutionResult>;
  projector: Projector;
  /** For the job worker. */
  modelOwner: ModelOwner;
  health(): Promise<SubgraphHealth>;
}

export interface SubgraphConfig {
  /** Login of the subgraph's own role. */
  databaseUrl: string;
  /** Secret that the gateway signs identities with. */
  internalSecret: string;
  /** Keys of access tokens; the users subgraph signs people in with them. */
  access?: AccessKeys;
  log: Log;
  /** Whether to follow the log at once; the start command catches up by itself first. */
  follow?: boolean;
}

/** The executable schema of a subgraph with access rules in force. */
export function buildSchema(definition: Pick<SubgraphDefinition, 'name' | 'resolvers'>): GraphQLSchema {
  const typeDefs = subgraphTypeDefs(definition.name);
  const resolvers = { ...scalars, ...sharedResolvers, ...definition.resolvers } as GraphQLResolverMap<unknown>;
  return enforceAccess<RequestContext>(
    countModelAnswers(buildSubgraphSchema([{ typeDefs, resolvers }]), definition.name),
    (context) => context?.identity,
    ({ personalReads }, field) => personalReads.set(field, (personalReads.get(field) ?? 0) + 1),
  );
}

/** Migrates a subgraph's own schema and brings the subgraph up. Everything that it opens is closed when it is disposed. */
export async function startSubgraph(definition: SubgraphDefinition, config: SubgraphConfig): Promise<RunningSubgraph> {
  const { name } = definition;
  const log = config.log.child({ subgraph: name });
  await using opening = new AsyncDisposableStack();
  const { Client: client } = opening.use(createCancellation(config.databaseUrl, name));
  const orm = opening.adopt(await openOrm(definition, config.databaseUrl, client), (open) => open.close(true));
  await migrateSubgraph(definition, orm);
  const db = opening.adopt(createPool(config.databaseUrl, { name, max: 8, client }), end);
  const background = opening.adopt(
    createPool(config.databaseUrl, { name: `${name}-background`, max: 4, statementTimeoutMs: 0 }),
    end,
  );
  const projector = opening.use(
    createProjector({
      subgraph: name,
      projections: definition.projections,
      pool: background,
      databaseUrl: config.databaseUrl,
      log,
    }),
  );
  const state = await definition.start?.({
    db,
    databaseUrl: config.databaseUrl,
    log,
    internalSecret: config.internalSecret,
    access: config.access,
  });
  if (state?.[Symbol.asyncDispose]) opening.defer(() => state[Symbol.asyncDispose]?.() ?? Promise.resolve());
  if (config.follow ?? true) projector.follow();

  const schema = buildSchema(definition);
  const verify = createIdentityVerifier(config.internalSecret);
  const closing = new AbortController();
  opening.defer(() => closing.abort());

  /** One operation, or what a subscription delivers of one event: with a context of its own, so that nothing is remembered between. */
  const run = async (
    identity: InternalIdentity,
    { document, variables, operationName, headers }: SubgraphRequest,
    rootValue?: unknown,
  ): Promise<ExecutionResult> => {
    const request = createRequest({ identity, headers, orm, db });
    const result = await observeOperation(name, log, { operationName, headers }, async () =>
      execute({
        schema,
        document,
        rootValue,
        contextValue: definition.createContext(request, state),
        ...(variables ? { variableValues: variables } : {}),
        ...(operationName ? { operationName } : {}),
      }),
    );
    const { personalReads, requestId } = request;
    if (personalReads.size > 0) {
      // The gateway gathers what one request read in all its calls, and writes one line.
      if (headers[gathersReadsHeader])
        return { ...result, extensions: { personalReads: Object.fromEntries(personalReads) } };
      log.info(personalReadLine(identity.subject, requestId, personalReads), 'personal data was read');
    }
    return result;
  };

  const open = opening.move();
  return {
    name,
    schema,
    execute: async (request) => {
      const identity = await verify(request.headers[identityHeader]);
      if (!identity) return notTheGateway();
      // A change is carried out to its end, whether or not anybody waits for it.
      return whileWaitedFor(changes(request) ? undefined : request.signal, () => run(identity, request));
    },
    subscribe: async ({ signal, lastPosition, ...request }) => {
      const { document, variables, operationName, headers } = request;
      const identity = await verify(headers[identityHeader]);
      if (!identity) return notTheGateway();
      const ends = AbortSignal.any([signal, closing.signal]);
      const begun = createRequest({ identity, headers, orm, db });
      begun.live = { changes: changesOf(config.databaseUrl, log), signal: ends, lastPosition };
      const source = await createSourceEventStream({
        schema,
        document,
        contextValue: definition.createContext(begun, state),
        ...(variables ? { variableValues: variables } : {}),
        ...(operationName ? { operationName } : {}),
      });
      return Symbol.asyncIterator in source ? deliver(source, (root) => run(identity, request, root)) : source;
    },
    projector,
    modelOwner: { subgraph: name, models: definition.models, db: background },
    health: async () => {
      try {
        const projections = await projector.states();
        return { ok: true, database: true, projections };
      } catch {
        return { ok: false, database: false, projections: [] };
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function changes({ document, operationName }: SubgraphRequest): boolean {
  return document.definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      node.operation !== OperationTypeNode.QUERY &&
      (operationName === undefined || node.name?.value === operationName),
  );
}

const notTheGateway = (): ExecutionResult => ({
  errors: [graphError('UNAUTHENTICATED', 'This service answers the gateway only.')],
});

/** Makes of each event of a source what is to be sent of it. */
async function* deliver(
  source: AsyncIterable<unknown>,
  toResult: (root: unknown) => Promise<ExecutionResult>,
): AsyncGenerator<LiveMessage<readonly GraphQLError[]>, void, void> {
  for await (const root of source) {
    const { position, state, silent, chosen } = notesOf(root);
    yield {
      ...(silent ? {} : { result: await toResult(root) }),
      ...(position === undefined ? {} : { position }),
      ...(state ? { state } : {}),
      ...(chosen ? { chosen } : {}),
    };
  }
}

function createRequest(given: {
  identity: InternalIdentity;
  headers: SubgraphRequest['headers'];
  orm: MikroORM;
  db: Pool;
}): RequestContext {
  let shop: Promise<Shop> | undefined;
  return {
    identity: given.identity,
    locale: given.identity.locale,
    requestId: given.headers['x-request-id'] ?? '',
    personalReads: new Map(),
    em: given.orm.em.fork(),
    db: given.db,
    shop: () => (shop ??= loadShop(given.db)),
  };
}

const end = (pool: Pool): Promise<void> => pool.end();
