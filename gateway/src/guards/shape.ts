import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { OperationLimits } from './limits.ts';
import { operationTooLarge } from './operation-too-large.ts';

interface Shape {
  depth: number;
  fields: number;
}

/**
 * Checks a parsed document's size before it is validated, because validation itself is quadratic in repeated fields.
 * Fragments are measured once and then counted at each use, so a document that would unfold to billions of fields costs
 * no more than its own length. Fragments in a circle and unknown ones count nothing here: validation refuses them by name.
 */
export function checkShape(document: DocumentNode, limits: OperationLimits): GraphQLError | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const measured = new Map<string, Shape>();
  const open = new Set<string>();
  let aliases = 0;
  let directives = 0;
  let operations = 0;

  const measure = (set: SelectionSetNode): Shape => {
    const shape: Shape = { depth: 0, fields: 0 };
    for (const selection of set.selections) {
      let inner: Shape | undefined;
      let own = 0;
      directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        own = 1;
        if (selection.alias) aliases++;
        inner = selection.selectionSet ? measure(selection.selectionSet) : undefined;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        inner = measure(selection.selectionSet);
      } else {
        inner = measureFragment(selection.name.value);
      }
      shape.depth = Math.max(shape.depth, own + (inner?.depth ?? 0));
      shape.fields += own + (inner?.fields ?? 0);
    }
    return shape;
  };
  const measureFragment = (name: string): Shape | undefined => {
    const known = measured.get(name);
    const fragment = fragments.get(name);
    if (known || !fragment || open.has(name)) return known;
    open.add(name);
    directives += fragment.directives?.length ?? 0;
    const shape = measure(fragment.selectionSet);
    open.delete(name);
    measured.set(name, shape);
    return shape;
  };

  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      measureFragment(definition.name.value);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations++;
      directives += definition.directives?.length ?? 0;
      for (const variable of definition.variableDefinitions ?? []) directives += variable.directives?.length ?? 0;
      const shape = measure(definition.selectionSet);
      if (shape.depth > limits.depth) {
        return operationTooLarge(`This operation is nested ${shape.depth} fields deep; ${limits.depth} is the most.`);
      }
      if (shape.fields > limits.fields) {
        return operationTooLarge(`This operation selects ${shape.fields} fields; ${limits.fields} is the most.`);
      }
      const roots = definition.selectionSet.selections.length;
      if (roots > limits.rootFields) {
        return operationTooLarge(`This operation has ${roots} root fields; ${limits.rootFields} is the most.`);
      }
    } else {
    }
  }
  if (operations > limits.operations) {
    return operationTooLarge(`This document holds ${operations} operations; ${limits.operations} is the most.`);
  }
  if (aliases > limits.aliases) {
    return operationTooLarge(`This document has ${aliases} aliases; ${limits.aliases} is the most.`);
  }
  if (directives > limits.directives) {
    return operationTooLarge(`This document has ${directives} directives; ${limits.directives} is the most.`);
  }
  return undefined;
}
