import { unauthenticated } from '@cda/platform/auth/access-errors.ts';
import {
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { cachePolicyOf } from '../cache/cache-policy.ts';
import { costOf } from '../guards/cost.ts';
import { asksForSchema } from '../guards/introspection.ts';
import type { OperationLimits } from '../guards/limits.ts';
import type { ListedOperations } from '../guards/listed-operations.ts';
import { operationTooLarge } from '../guards/operation-too-large.ts';
import { checkTexts } from '../guards/storable-texts.ts';
import type { GraphQLParameters } from '../http/graphql-request.ts';
import type { Caller } from '../who/caller.ts';
import { type CheckedDocument, type Documents, hashOfText } from './documents.ts';
import type { CacheHint, SchemaHints } from './schema-hints.ts';

/** An operation that may be run. */
export interface PreparedOperation {
  text: string;
  checked: CheckedDocument;
  operation: OperationDefinitionNode;
  /** Variables with the operation's defaults. */
  coerced: Readonly<Record<string, unknown>>;
  /** Objects that the answer may hold, and what the SDL says that its fields cost. */
  cost: number;
  /** How long the answer may be kept; undefined where it may not be. */
  cache: CacheHint | undefined;
}

/** Why an operation is not run. `status` is what media types that allow it are answered with. */
export interface RefusedOperation {
  status: number;
  errors: readonly GraphQLFormattedError[];
}

export interface PrepareOptions {
  schema: GraphQLSchema;
  hints: SchemaHints;
  documents: Documents;
  /** Told the text of a persisted operation that holds. */
  onPersisted: (hash: string, text: string) => void;
  limits: OperationLimits;
  /** Operations of the dashboard and the bot, and what becomes of others; anything goes where it is left out. */
  policy?:
    | {
        mode: 'scoped' | 'listed';
        operations: ListedOperations;
        onUnlisted: (refused: boolean) => void;
        logOnly: boolean;
      }
    | undefined;
  /** Whether this caller may read the schema. */
  mayIntrospect: boolean;
  /** Whether the caller sent something to prove who they are. */
  sentProof?: boolean;
  method: string;
  /** It comes by a way that takes subscriptions, and nothing else. */
  live?: boolean;
}

/**
 * Everything that can be said about an operation before a subgraph is called: who asks, size, validity, which operation of the
 * document, its variables, its cost. In this order: a caller who is not known learns nothing about the schema.
 */
export function prepareOperation(
  { query, operationName, variables, persistedHash }: GraphQLParameters,
  caller: Caller | undefined,
  {
    schema,
    hints,
    documents,
    onPersisted,
    limits,
    policy,
    mayIntrospect,
    sentProof = false,
    method,
    live = false,
  }: PrepareOptions,
): PreparedOperation | RefusedOperation {
  if (!caller) return refused(401, unauthenticated(sentProof));
  if (query === undefined) return refused(200, coded('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound'));
  if (persistedHash !== undefined && hashOfText(query) !== persistedHash) {
    return refused(400, coded('BAD_REQUEST', 'The hash is not that of the query.'));
  }
  const checked = documents.check(query);
  if (!('document' in checked)) return refused(400, ...checked);
  if (persistedHash !== undefined) onPersisted(persistedHash, query);

  const named = checked.operations.filter(({ name }) => operationName === undefined || name?.value === operationName);
  const operation = named[0];
  if (!operation || named.length > 1) {
    const message =
      operationName === undefined
        ? 'The document holds several operations: name one in "operationName".'
        : `The document holds no operation named "${operationName}".`;
    return refused(400, coded('OPERATION_NOT_FOUND', message));
  }
  if ((operation.operation === 'subscription') !== live) {
    const message = live
      ? 'Streams are for subscriptions; send queries and mutations by POST, for application/json.'
      : 'Subscribe over WebSocket (graphql-transport-ws), or send the subscription with Accept: text/event-stream, and no JSON beside it.';
    return refused(400, coded('BAD_REQUEST', message));
  }
  if (method === 'GET' && operation.operation === 'mutation') {
    return refused(405, coded('BAD_REQUEST', 'GET is for queries; send mutations by POST.'));
  }
  if (policy && !isTaken(policy, checked, operation, caller)) {
    policy.onUnlisted(!policy.logOnly);
    if (!policy.logOnly) {
      const remedy = policy.mode === 'scoped' ? ' Others need the scope operations:any.' : '';
      return refused(
        403,
        coded('OPERATION_NOT_LISTED', `Only the operations of the dashboard and the bot are taken.${remedy}`),
      );
    }
  }
  if (!mayIntrospect && asksForSchema(checked.document)) {
    return refused(403, coded('FORBIDDEN', 'Reading the schema needs the scope accounts:manage here.'));
  }
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 10 });
  if (coerced.errors) {
    return refused(400, ...coerced.errors.map((error) => coded('BAD_USER_INPUT', error.message, error)));
  }
  const unstorable = checkTexts(schema, checked.document, operation, coerced.coerced);
  if (unstorable) return refused(400, unstorable);
  const cost = costOf(schema, hints, operation, checked.fragments, coerced.coerced);
  if (cost > limits.cost) {
    return refused(
      400,
      operationTooLarge(
        `This operation costs ${cost}, about as many objects as its answer could hold; ${limits.cost} is the most. Ask for smaller pages (first), or for less below them.`,
        { cost, limit: limits.cost },
      ),
    );
  }
  return {
    text: query,
    checked,
    operation,
    coerced: coerced.coerced,
    cost,
    cache: policyOf(schema, hints, operation, checked),
  };
}

const policies = new WeakMap<OperationDefinitionNode, CacheHint | 'never'>();

/** How long an answer may be kept; worked out once for each operation. */
function policyOf(
  schema: GraphQLSchema,
  hints: SchemaHints,
  operation: OperationDefinitionNode,
  checked: CheckedDocument,
): CacheHint | undefined {
  let policy = policies.get(operation);
  if (!policy) {
    policy = cachePolicyOf(schema, hints, operation, checked.fragments) ?? 'never';
    policies.set(operation, policy);
  }
  return policy === 'never' ? undefined : policy;
}

/** Whether an operation does nothing but send events. */
export const sendsEvents = ({ selectionSet }: OperationDefinitionNode): boolean =>
  selectionSet.selections.every((node) => node.kind === Kind.FIELD && node.name.value === 'trackEvents');

/** Sending events is taken in any form: senders write their own operation, and it is all that a write key can do. */
function isTaken(
  { mode, operations }: NonNullable<PrepareOptions['policy']>,
  checked: CheckedDocument,
  operation: OperationDefinitionNode,
  caller: Caller,
): boolean {
  if (mode === 'scoped' && caller.scopes.includes('operations:any')) return true;
  return sendsEvents(operation) || operations.has(checked.document);
}

const refused = (status: number, ...errors: readonly GraphQLError[]): RefusedOperation => ({
  status,
  errors: errors.map((error) => error.toJSON()),
});

const coded = (code: string, message: string, origin?: GraphQLError): GraphQLError =>
  new GraphQLError(message, { ...(origin?.nodes ? { nodes: origin.nodes } : {}), extensions: { code } });
