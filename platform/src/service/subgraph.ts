import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import type { MikroORM } from '@mikro-orm/postgresql';
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
import { enforceAccess } from '../auth/access-directives.ts';
import { createIdentityVerifier, type InternalIdentity, identityHeader } from '../auth/internal-identity.ts';
import type { AccessKeys } from '../auth/secrets.ts';
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
import type { Log } from '../telemetry/log.ts';
import type { SubgraphDefinition } from './subgraph-definition.ts';

/** One operation for a subgraph, parsed and validated. */
export interface SubgraphRequest {
  document: DocumentNode;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** Lower-case names; carries the gateway's signed identity. */
  headers: Readonly<Record<string, string | undefined>>;
}

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
    buildSubgraphSchema([{ typeDefs, resolvers }]),
    (context) => context?.identity,
    ({ personalReads }, field) => personalReads.set(field, (personalReads.get(field) ?? 0) + 1),
  );
}

/** Migrates a subgraph's own schema and brings the subgraph up. Everything that it opens is closed when it is disposed. */
export async function startSubgraph(definition: SubgraphDefinition, config: SubgraphConfig): Promise<RunningSubgraph> {
  const { name } = definition;
  const log = config.log.child({ subgraph: name });
  await using opening = new AsyncDisposableStack();
  const orm = opening.adopt(await openOrm(definition, config.databaseUrl), (open) => open.close(true));
  await orm.migrator.up();
  const db = opening.adopt(createPool(config.databaseUrl, { name, max: 8 }), end);
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
  const open = opening.move();
  return {
    name,
    schema,
    execute: async ({ document, variables, operationName, headers }) => {
      const identity = await verify(headers[identityHeader]);
      if (!identity) {
        return { errors: [graphError('UNAUTHENTICATED', 'This service answers the gateway only.')] };
      }
      const request = createRequest({ identity, headers, orm, db });
      const result = await execute({
        schema,
        document,
        contextValue: definition.createContext(request, state),
        ...(variables ? { variableValues: variables } : {}),
        ...(operationName ? { operationName } : {}),
      });
      const { personalReads, requestId } = request;
      if (personalReads.size > 0) {
        const fields = [...personalReads].map(([field, count]) => `${field} × ${count}`);
        log.info({ audit: 'personal-read', subject: identity.subject, requestId, fields }, 'personal data was read');
      }
      return result;
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
