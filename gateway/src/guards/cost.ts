import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ListSize, SchemaHints } from '../graph/schema-hints.ts';

/** Objects that a list without a page size is taken to hold. */
export const assumedListSize = 10;

/** Arguments that say how many elements a list may have, where the SDL has no `@listSize`. */
const sizeArguments: readonly string[] = ['first', 'last', 'limit', 'weeks'];

/** Sizes that a field was asked for on behalf of lists below it; `undefined` as name stands for every list. */
interface AskedBelow {
  size: number;
  fields: readonly string[] | undefined;
}

/**
 * What an operation costs: how many objects its answer may hold at the most, where an object costs 1, a leaf nothing, and a field
 * with `@cost` as much as that says. A list holds as many elements as it is asked for: by the arguments that its `@listSize` names, by its
 * `first` where it has none, and ten where nothing says. What is below is multiplied by it, so three nested pages of a hundred cost
 * a million, which no limit on depth would notice. Introspection is not counted: other rules bound it.
 *
 * @param operation a valid one: fragments exist and do not go in circles
 * @param variables coerced, so that defaults of the operation count
 */
export function costOf(
  schema: GraphQLSchema,
  hints: SchemaHints,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): number {
  // A fragment costs the same wherever it is used with the same page size, so documents cannot unfold without end.
  const known = new Map<string, number>();

  const selectionCost = (set: SelectionSetNode, parent: GraphQLNamedType, asked: AskedBelow | undefined): number => {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += fieldCost(selection, parent, asked);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value;
        cost += selectionCost(selection.selectionSet, (name ? schema.getType(name) : undefined) ?? parent, asked);
      } else {
        cost += fragmentCost(selection.name.value, parent, asked);
      }
    }
    return cost;
  };

  const fragmentCost = (name: string, parent: GraphQLNamedType, asked: AskedBelow | undefined): number => {
    const key = `${name}:${asked?.size}:${asked?.fields}`;
    let cost = known.get(key);
    const fragment = fragments.get(name);
    if (cost === undefined && fragment) {
      const type = schema.getType(fragment.typeCondition.name.value) ?? parent;
      cost = selectionCost(fragment.selectionSet, type, asked);
      known.set(key, cost);
    }
    return cost ?? 0;
  };

  const fieldCost = (node: FieldNode, parent: GraphQLNamedType, above: AskedBelow | undefined): number => {
    const name = node.name.value;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!field) return 0;
    const type = getNamedType(field.type);
    const { listSize, cost: ownCost } = hints.ofField(parent.name, name);
    const each = ownCost ?? hints.ofType(type.name).cost ?? (isCompositeType(type) ? 1 : 0);
    const inner = (asked: AskedBelow | undefined): number =>
      node.selectionSet && isCompositeType(type) ? selectionCost(node.selectionSet, type, asked) : 0;
    const size = listSize ? sizeBy(listSize, field, node, variables) : askedSize(field, node, variables);
    if (!isList(field.type)) {
      const sized = listSize?.sizedFields;
      return each + inner(size === undefined ? undefined : { size, fields: sized?.length ? sized : undefined });
    }
    const fromAbove = above && (above.fields?.includes(name) ?? true) ? above.size : undefined;
    return (size ?? fromAbove ?? assumedListSize) * (each + inner(undefined));
  };

  const root = schema.getRootType(operation.operation);
  return root ? selectionCost(operation.selectionSet, root, undefined) : 0;
}

/** The size that `@listSize` leads to: the largest of its arguments' values, else what it assumes. */
function sizeBy(
  { assumedSize, slicingArguments }: ListSize,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  const sizes = slicingArguments
    .map((name) => argumentOf(name, field, node, variables))
    .filter((size) => typeof size === 'number');
  return sizes.length > 0
    ? Math.max(1, ...sizes)
    : (assumedSize ?? (slicingArguments.length > 0 ? assumedListSize : undefined));
}

/** The size that a field is asked for, by argument or by its default; undefined for a field without such an argument. */
function askedSize(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  const argument = field.args.find(({ name }) => sizeArguments.includes(name));
  if (!argument) return undefined;
  const size = argumentOf(argument.name, field, node, variables);
  return typeof size === 'number' ? Math.max(1, size) : assumedListSize;
}

function argumentOf(
  argument: string,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
  const given =
    value?.kind === Kind.VARIABLE
      ? variables[value.name.value]
      : value?.kind === Kind.INT
        ? Number(value.value)
        : undefined;
  return given ?? field.args.find(({ name }) => name === argument)?.defaultValue;
}

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

/** How many objects an answer holds. */
export function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let objects = Array.isArray(value) ? 0 : 1;
  for (const part of Object.values(value)) objects += objectsIn(part);
  return objects;
}
