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

/** Objects that a list without a page size is taken to hold. */
export const assumedListSize = 10;

/** Arguments that say how many elements a list may have. */
const sizeArguments: readonly string[] = ['first', 'last', 'limit', 'weeks'];

/**
 * How many objects the answer may hold at the most. An object costs 1. The lists of a connection hold as many elements as
 * its `first` asks for, a plain list without a size counts as ten, and what is below is multiplied by it. So three nested
 * pages of a hundred cost a million, which no limit on depth would notice. Introspection is not counted: other rules bound it.
 *
 * @param operation a valid one: fragments exist and do not go in circles
 * @param variables coerced, so that defaults of the operation count
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): number {
  // A fragment costs the same wherever it is used with the same page size, so documents cannot unfold without end.
  const known = new Map<string, number>();

  const selectionCost = (set: SelectionSetNode, parent: GraphQLNamedType, pageSize: number | undefined): number => {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += fieldCost(selection, parent, pageSize);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value;
        cost += selectionCost(selection.selectionSet, (name ? schema.getType(name) : undefined) ?? parent, pageSize);
      } else {
        cost += fragmentCost(selection.name.value, parent, pageSize);
      }
    }
    return cost;
  };

  const fragmentCost = (name: string, parent: GraphQLNamedType, pageSize: number | undefined): number => {
    const key = `${name}:${pageSize}`;
    let cost = known.get(key);
    const fragment = fragments.get(name);
    if (cost === undefined && fragment) {
      cost = selectionCost(
        fragment.selectionSet,
        schema.getType(fragment.typeCondition.name.value) ?? parent,
        pageSize,
      );
      known.set(key, cost);
    }
    return cost ?? 0;
  };

  const fieldCost = (node: FieldNode, parent: GraphQLNamedType, pageSize: number | undefined): number => {
    if (!node.selectionSet || !(isObjectType(parent) || isInterfaceType(parent))) return 0;
    const field = parent.getFields()[node.name.value];
    const type = field && getNamedType(field.type);
    if (!field || !isCompositeType(type)) return 0;
    const asked = askedSize(field, node, variables);
    if (!isList(field.type)) return 1 + selectionCost(node.selectionSet, type, asked);
    return (asked ?? pageSize ?? assumedListSize) * (1 + selectionCost(node.selectionSet, type, undefined));
  };

  const root = schema.getRootType(operation.operation);
  return root ? selectionCost(operation.selectionSet, root, undefined) : 0;
}

/** The size that a field is asked for, by argument or by its default; undefined for a field without such an argument. */
function askedSize(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  const argument = field.args.find(({ name }) => sizeArguments.includes(name));
  if (!argument) return undefined;
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  const given =
    value?.kind === Kind.VARIABLE
      ? variables[value.name.value]
      : value?.kind === Kind.INT
        ? Number(value.value)
        : undefined;
  const size = given ?? argument.defaultValue;
  return typeof size === 'number' ? Math.max(1, size) : assumedListSize;
}

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);
