import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  specifiedScalarTypes,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;
type Json = Record<string, unknown>;

/** Gives a field its place in the answer: null where the type does not allow what came, `invalid` where null is not allowed either. */
type Complete = (value: unknown) => unknown;

/** Marks that null was not allowed where it stood, so that the object around it has to go. */
const invalid = Symbol('null where null is not allowed');

interface ShapedField {
  key: string;
  /** `__typename` comes from the type of the object, whatever the subgraph called it. */
  typename: boolean;
  complete: Complete;
}

/**
 * How the answer of one operation is cut out of what the subgraphs sent: only what was asked for, in the order in which it was
 * asked for, nulls where the schema demands them. The shape of each selection is worked out once for each type that turns up
 * and each set of `@skip` and `@include` that holds.
 */
export interface ResultShape {
  toAnswer(data: Json, variables: Values): Json | null;
}

export function createResultShape(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ResultShape {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}.`);
  const conditions = conditionVariables(operation, fragments);
  const byConditions = new Map<string, (data: unknown) => unknown>();
  return {
    toAnswer(data, variables) {
      const key = conditions.map((name) => (variables[name] ? '1' : '0')).join('');
      let toObject = byConditions.get(key);
      if (!toObject) {
        toObject = objectShape(schema, fragments, [operation.selectionSet], root, variables);
        // As many as there are ways to set the conditions, and no operation needs many.
        if (byConditions.size < 64) byConditions.set(key, toObject);
      }
      return toObject(data) as Json | null;
    },
  };
}

/** Names of variables that `@skip` and `@include` depend on. */
function conditionVariables(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const names = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      for (const directive of selection.directives ?? []) {
        const value = directive.arguments?.[0]?.value;
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) walk(selection.selectionSet);
    }
  };
  walk(operation.selectionSet);
  for (const fragment of fragments.values()) walk(fragment.selectionSet);
  return [...names];
}

/** Shape of an object of a type that is known or abstract; null where the object has to go. */
function objectShape(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sets: readonly SelectionSetNode[],
  declared: GraphQLNamedType,
  variables: Values,
): (value: unknown) => Json | null {
  const byType = new Map<string, ShapedField[]>();
  const fieldsFor = (type: GraphQLObjectType): ShapedField[] => {
    let fields = byType.get(type.name);
    if (!fields) {
      fields = collect(schema, fragments, sets, type, variables);
      byType.set(type.name, fields);
    }
    return fields;
  };
  return (value) => {
    if (typeof value !== 'object' || value === null) throw new Error('A subgraph sent no object where one was due.');
    const data = value as Json;
    const name = data['__typename'];
    const type = typeof name === 'string' ? schema.getType(name) : declared;
    if (!isObjectType(type)) return null;
    const answer: Json = {};
    for (const { key, typename, complete } of fieldsFor(type)) {
      if (typename) {
        answer[key] = type.name;
        continue;
      }
      const completed = complete(data[key] ?? null);
      if (completed === invalid) return null;
      answer[key] = completed;
    }
    return answer;
  };
}

/** The fields of a type that the selections ask for, each once, in the order of their first appearance. */
function collect(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  variables: Values,
): ShapedField[] {
  const found = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives, variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = found.get(key);
        if (nodes) nodes.push(selection);
        else found.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || applies(schema, condition, type)) walk(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
        if (applies(schema, fragment.typeCondition.name.value, type)) walk(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) walk(set);
  return [...found].map(([key, nodes]) => {
    const name = (nodes[0] as FieldNode).name.value;
    if (name === '__typename') return { key, typename: true, complete: (value) => value };
    const field = type.getFields()[name];
    if (!field) throw new Error(`${type.name} has no field ${name}.`);
    const inner = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
    return { key, typename: false, complete: completer(schema, fragments, inner, field.type, variables) };
  });
}

function applies(schema: GraphQLSchema, condition: string, type: GraphQLObjectType): boolean {
  if (condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}

function isIncluded(directives: readonly DirectiveNode[] | undefined, variables: Values): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (holds === (name === 'skip')) return false;
  }
  return true;
}

function completer(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sets: readonly SelectionSetNode[],
  type: GraphQLOutputType,
  variables: Values,
): Complete {
  if (isNonNullType(type)) {
    const inner = completer(schema, fragments, sets, type.ofType, variables);
    return (value) => inner(value) ?? invalid;
  }
  if (isListType(type)) {
    const inner = completer(schema, fragments, sets, type.ofType, variables);
    return (value) => {
      if (value === null || value === undefined) return null;
      if (!Array.isArray(value)) throw new Error('A subgraph sent no list where one was due.');
      const list: unknown[] = new Array(value.length);
      for (let i = 0; i < value.length; i++) {
        const completed = inner(value[i]);
        if (completed === invalid) return null;
        list[i] = completed;
      }
      return list;
    };
  }
  if (isCompositeType(type)) {
    const toObject = objectShape(schema, fragments, sets, type, variables);
    return (value) => (value === null || value === undefined ? null : toObject(value));
  }
  const isValid = leafCheck(type);
  return (value) => (value !== null && value !== undefined && isValid(value) ? value : null);
}

const builtIn = new Set(specifiedScalarTypes.map((type) => type.name));

/** What a leaf of this type may look like in JSON; a shop's own scalars may look like anything. */
function leafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map((value) => value.name));
    return (value) => typeof value === 'string' && names.has(value);
  }
  if (!builtIn.has(type.name)) return () => true;
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return (value) => Number.isInteger(value);
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value);
    default:
      return (value) => typeof value === 'string';
  }
}
