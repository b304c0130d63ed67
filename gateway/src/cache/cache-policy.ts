import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CacheHint, SchemaHints } from '../graph/schema-hints.ts';

/**
 * How long the answer of an operation may be kept, and with whom; undefined where it may not be kept at all: mutations, fields
 * without a hint at the root, and whatever selects personal data, each read of which belongs in the audit log.
 *
 * What has no hint of its own is kept as long as what it hangs on. `@skip` and `@include` are not looked at: a part that may be left out
 * counts as if it were there.
 */
export function cachePolicyOf(
  schema: GraphQLSchema,
  hints: SchemaHints,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): CacheHint | undefined {
  const root = schema.getRootType(operation.operation);
  if (operation.operation !== 'query' || !root) return undefined;
  let maxAgeSeconds = Number.POSITIVE_INFINITY;
  let shared = true;
  const seen = new Set<string>();

  const walk = (set: SelectionSetNode, parent: GraphQLNamedType): void => {
    for (const selection of set.selections) {
      if (maxAgeSeconds <= 0) return;
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === '__typename') continue;
        const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
        if (!field) {
          maxAgeSeconds = 0;
          return;
        }
        const type = getNamedType(field.type);
        const own = hints.ofField(parent.name, name);
        const hint = own.cache ?? hints.ofType(type.name).cache;
        if (own.personal || hints.ofType(type.name).personal) maxAgeSeconds = 0;
        else if (hint) {
          maxAgeSeconds = Math.min(maxAgeSeconds, hint.maxAgeSeconds);
          shared &&= hint.shared;
        } else if (parent === root) maxAgeSeconds = 0;
        if (selection.selectionSet) walk(selection.selectionSet, type);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        walk(selection.selectionSet, (condition ? schema.getType(condition) : undefined) ?? parent);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || seen.has(selection.name.value)) continue;
        seen.add(selection.name.value);
        walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value) ?? parent);
      }
    }
  };
  walk(operation.selectionSet, root);
  return maxAgeSeconds > 0 && Number.isFinite(maxAgeSeconds) ? { maxAgeSeconds, shared } : undefined;
}
