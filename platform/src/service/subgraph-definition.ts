import type { EntitySchema, MigrationObject } from '@mikro-orm/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Pool } from 'pg';
import type { AccessKeys } from '../auth/secrets.ts';
import type { Projection } from '../events/projection.ts';
import type { RequestContext } from '../graph/context.ts';
import type { SubgraphName } from '../graph/type-defs.ts';
import type { ModelDefinition } from '../models/define-model.ts';
import type { Log } from '../telemetry/log.ts';

/** What a subgraph may keep for its life, besides what each request gets. */
export interface SubgraphRuntime {
  /** Pool for requests, of the subgraph's own role. */
  db: Pool;
  databaseUrl: string;
  log: Log;
  /** Secret that the parts of the installation share. */
  internalSecret: string;
  /** Keys of access tokens, in the subgraph that signs people in. */
  access: AccessKeys | undefined;
}

/** Everything that makes a subgraph, declared in one place; `startSubgraph` runs it, alone or inside the one process. */
export interface SubgraphDefinition<Context extends RequestContext = RequestContext, State = unknown> {
  name: SubgraphName;
  /** Resolvers by type, as the generated `Resolvers` types them. */
  resolvers: object;
  entities: readonly EntitySchema[];
  migrations: readonly MigrationObject[];
  projections: readonly Projection[];
  models: readonly ModelDefinition[];
  /** Long-lived state, for example a model's artefact in memory; disposed at the end. */
  start?(runtime: SubgraphRuntime): Promise<State & Partial<AsyncDisposable>>;
  /** Adds loaders and state to what a request gets. */
  createContext(request: RequestContext, state: State): Context;
}

/** Declares a subgraph. */
export const defineSubgraph = <Context extends RequestContext, State = undefined>(
  definition: SubgraphDefinition<Context, State>,
): SubgraphDefinition => definition as unknown as SubgraphDefinition;

export type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
