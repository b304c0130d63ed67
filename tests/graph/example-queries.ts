import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** The smallest literal that a type takes. */
export function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  switch (type.name) {
    case 'Int':
    case 'SafeInt':
      return '1';
    case 'Float':
      return '1.5';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return '"2026-01-31T12:00:00Z"';
    case 'Date':
      return '"2026-01-31"';
    case 'JSON':
      return '{}';
    default:
      return '"x"';
  }
}

/** The smallest selection of a field: its required arguments, and `__typename` where it has parts. */
export function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const given = field.args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${literalOf(argument.type)}`);
  const parts = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${parts}`;
}

/** One document for each field of a root type. */
export function rootDocuments(
  type: GraphQLObjectType | null | undefined,
  operation: 'query' | 'mutation' | 'subscription',
): [string, string][] {
  return Object.values(type?.getFields() ?? {}).map((field) => [field.name, `${operation} { ${selectionOf(field)} }`]);
}
