import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../graph/context.ts';
import { mergeInto } from './merge.ts';
import { createRepresentation, type RequiredSelection, type ToRepresentation } from './representation.ts';

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

/** The parts of Apollo's query plan that this executor knows. */
export type PlanNode =
  | { kind: 'Sequence' | 'Parallel'; nodes: readonly PlanNode[] }
  | { kind: 'Flatten'; path: Path; node: PlanNode }
  | { kind: 'Condition'; condition: string; ifClause?: PlanNode; elseClause?: PlanNode }
  | FetchNode;

interface FetchNode {
  kind: 'Fetch';
  serviceName: string;
  operation: string;
  operationName: string | undefined;
  variableUsages?: readonly string[];
  requires?: readonly RequiredSelection[];
  inputRewrites?: readonly unknown[];
  outputRewrites?: readonly unknown[];
  contextRewrites?: readonly unknown[];
}

/** What one run of a plan needs. */
export interface PlanRun {
  context: GatewayContext;
  /** As the client sent them: subgraphs apply the operation's defaults themselves. */
  variables: Readonly<Json>;
  /** With the operation's defaults. */
  coerced: Readonly<Json>;
  /** What is there already, where the plan completes it; it is taken over and changed. */
  from?: { data?: Json | null; errors?: readonly GraphQLFormattedError[] };
}

export interface PlanResult {
  data: Json;
  errors: GraphQLFormattedError[];
}

/** Runs a plan that was prepared once, as often as wanted. */
export type RunPlan = (run: PlanRun) => Promise<PlanResult>;

interface State extends PlanRun {
  data: Json;
  errors: GraphQLFormattedError[];
}

/** Where in the answer a node works: the path to it with lists as `@`, and the objects there. */
interface Cursor {
  path: Path;
  objects: readonly Json[];
}

type Step = (state: State, cursor: Cursor) => Promise<void>;

/** Prepares a plan; undefined where it holds something that this executor leaves to Apollo's (rewrites, deferred parts). */
export function preparePlan(
  node: PlanNode | undefined,
  schema: GraphQLSchema,
  sources: Readonly<Record<string, GraphQLDataSource<GatewayContext>>>,
): RunPlan | undefined {
  const step = node === undefined ? async () => {} : prepareNode(node, schema, sources);
  if (!step) return undefined;
  return async (run) => {
    const data: Json = run.from?.data ?? {};
    const state: State = { ...run, data, errors: [...(run.from?.errors ?? [])] };
    await step(state, { path: [], objects: [data] });
    return { data, errors: state.errors };
  };
}

type Sources = Readonly<Record<string, GraphQLDataSource<GatewayContext>>>;

function prepareNode(node: PlanNode, schema: GraphQLSchema, sources: Sources): Step | undefined {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel': {
      const steps = node.nodes.map((child) => prepareNode(child, schema, sources));
      if (!steps.every((step) => step !== undefined)) return undefined;
      if (node.kind === 'Parallel') {
        return async (state, cursor) => {
          await Promise.all(steps.map((step) => step(state, cursor)));
        };
      }
      return async (state, cursor) => {
        for (const step of steps) await step(state, cursor);
      };
    }
    case 'Flatten': {
      const inner = prepareNode(node.node, schema, sources);
      return (
        inner &&
        (async (state, cursor) => {
          const objects: Json[] = [];
          for (const object of cursor.objects) gather(object, node.path, 0, objects);
          if (objects.length > 0) await inner(state, { path: [...cursor.path, ...node.path], objects });
        })
      );
    }
    case 'Condition': {
      const [yes, no] = [node.ifClause, node.elseClause].map(
        (clause) => clause && prepareNode(clause, schema, sources),
      );
      if ((node.ifClause && !yes) || (node.elseClause && !no)) return undefined;
      return async (state, cursor) => {
        await (state.coerced[node.condition] === true ? yes : no)?.(state, cursor);
      };
    }
    case 'Fetch': {
      const source = sources[node.serviceName];
      if (!source || node.inputRewrites || node.outputRewrites || node.contextRewrites) return undefined;
      return prepareFetch(node, source, schema);
    }
    default:
      return undefined;
  }
}

/** Objects at the end of a path, lists laid flat and nulls left out. */
function gather(value: unknown, path: Path, at: number, into: Json[]): void {
  if (value === null || value === undefined) return;
  if (at === path.length) {
    if (Array.isArray(value)) for (const element of value) gather(element, path, at, into);
    else into.push(value as Json);
    return;
  }
  const key = path[at] as string;
  if (key === '@') for (const element of value as unknown[]) gather(element, path, at + 1, into);
  else gather((value as Json)[key], path, at + 1, into);
}

function prepareFetch(node: FetchNode, source: GraphQLDataSource<GatewayContext>, schema: GraphQLSchema): Step {
  const toRepresentation: ToRepresentation | undefined = node.requires && createRepresentation(schema, node.requires);
  const usages = node.variableUsages ?? [];
  return async (state, cursor) => {
    const variables: Json = {};
    for (const name of usages) {
      const value = state.variables[name];
      if (value !== undefined) variables[name] = value;
    }
    const entities: Json[] = [];
    if (toRepresentation) {
      const representations: Json[] = [];
      for (const object of cursor.objects) {
        const representation = toRepresentation(object);
        if (representation?.['__typename'] === undefined) continue;
        representations.push(representation);
        entities.push(object);
      }
      if (representations.length === 0) return;
      variables['representations'] = representations;
    }
    let result: { data?: Json | null; errors?: readonly GraphQLFormattedError[] };
    try {
      result = (await source.process({
        kind: 'incoming operation' as never,
        request: { query: node.operation, variables, operationName: node.operationName },
        context: state.context,
        incomingRequestContext: undefined as never,
        pathInIncomingRequest: [...cursor.path],
      } as never)) as typeof result;
    } catch (error) {
      state.errors.push(error instanceof GraphQLError ? error.toJSON() : { message: String(error) });
      return;
    }
    if (result.errors) {
      const placeOf = pathFinder(state.data, cursor, toRepresentation ? entities : undefined);
      for (const { message, path, extensions } of result.errors) {
        const place = placeOf(path);
        state.errors.push({ message, ...(place ? { path: place } : {}), ...(extensions ? { extensions } : {}) });
      }
    }
    const { data } = result;
    if (!data) return;
    if (!toRepresentation) {
      for (const object of cursor.objects) mergeInto(object, data);
      return;
    }
    const received = data['_entities'];
    if (!Array.isArray(received) || received.length !== entities.length) {
      state.errors.push({
        message: `The subgraph ${node.serviceName} did not send as many entities as it was asked for.`,
      });
      return;
    }
    for (let i = 0; i < entities.length; i++) {
      const entity = received[i] as Json | null;
      if (entity) mergeInto(entities[i] as Json, entity);
    }
  };
}

/** Turns the path of a subgraph's error into one of the answer; `entities` are those that `_entities` was asked for. */
function pathFinder(data: Json, cursor: Cursor, entities: readonly Json[] | undefined) {
  let places: Map<Json, Path> | undefined;
  return (path: Path | undefined): Path | undefined => {
    if (!path) return undefined;
    const index = path[1];
    if (!entities || typeof index !== 'number') return [...cursor.path, ...path];
    places ??= placesOf(data, cursor.path);
    const entity = entities[index];
    return [...((entity && places.get(entity)) ?? []), ...path.slice(2)];
  };
}

/** Each object at the end of a path, with its own path in the answer. */
function placesOf(data: Json, path: Path): Map<Json, Path> {
  const places = new Map<Json, Path>();
  const walk = (value: unknown, at: number, place: (string | number)[]): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      for (const [i, element] of value.entries()) walk(element, path[at] === '@' ? at + 1 : at, [...place, i]);
    } else if (at === path.length) {
      places.set(value as Json, place);
    } else {
      const key = path[at] as string;
      walk((value as Json)[key], at + 1, [...place, key]);
    }
  };
  walk(data, 0, []);
  return places;
}
