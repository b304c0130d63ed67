import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { mergeInto } from './merge.ts';

type Json = Record<string, unknown>;

/** A selection of a query plan: what a fetch needs to know of an entity. */
export type RequiredSelection =
  | {
      readonly kind: 'Field';
      readonly alias?: string;
      readonly name: string;
      readonly selections?: readonly RequiredSelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition?: string;
      readonly selections: readonly RequiredSelection[];
    };

/** What a subgraph is told of an entity; undefined where something that it needs is not there. */
export type ToRepresentation = (entity: Json) => Json | undefined;

/** `schema` is the supergraph's, because keys may be fields that clients cannot see. */
export function createRepresentation(schema: GraphQLSchema, requires: readonly RequiredSelection[]): ToRepresentation {
  const steps = requires.map((selection): ((entity: Json, into: Json) => boolean) => {
    if (selection.kind === 'InlineFragment') {
      const condition = selection.typeCondition;
      if (condition === undefined) return () => true;
      const inner = createRepresentation(schema, selection.selections);
      return (entity, into) => {
        if (!isOfType(schema, entity, condition)) return true;
        const part = inner(entity);
        // A fragment that lacks a part leaves the others alone, as the planner expects.
        if (part) mergeInto(into, part);
        return true;
      };
    }
    const key = selection.alias ?? selection.name;
    const inner = selection.selections && createRepresentation(schema, selection.selections);
    const part = (value: unknown): unknown =>
      !inner || value === null ? value : Array.isArray(value) ? value.map(part) : (inner(value as Json) ?? null);
    return (entity, into) => {
      const value = entity[key];
      if (value === undefined) return false;
      into[key] = part(value);
      return true;
    };
  });
  return (entity) => {
    const representation: Json = {};
    for (const step of steps) if (!step(entity, representation)) return undefined;
    return representation;
  };
}

function isOfType(schema: GraphQLSchema, entity: Json, condition: string): boolean {
  const name = entity['__typename'];
  if (name === condition) return true;
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  const conditional = schema.getType(condition);
  return (
    isAbstractType(conditional) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(conditional, type)
  );
}
