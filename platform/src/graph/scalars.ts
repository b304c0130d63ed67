import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

function literalText(node: ValueNode): string {
  if (node.kind !== Kind.STRING) throw invalid('A text in quotes is needed here.');
  return node.value;
}

function toMoment(value: unknown): string {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}T/.test(value as string) || at < 0 || at >= 4_102_444_800_000) {
    throw invalid('A moment is written like 2026-01-31T12:00:00Z, from 1970 to 2099.');
  }
  return new Date(at).toISOString();
}

function toDay(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // 2026-02-31 parses in some engines and rolls over in others; a day of the calendar comes back as it was.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) {
    throw invalid('A day is written like 2026-01-31 and must be in the calendar.');
  }
  return text;
}

function toSafeInt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw invalid('A whole number up to 2^53 - 1 is needed here.');
  return value;
}

/** Resolvers of the shared scalars. */
export const scalars = {
  DateTime: new GraphQLScalarType({
    name: 'DateTime',
    serialize: (value) => new Date(value as Date | string).toISOString(),
    parseValue: toMoment,
    parseLiteral: (node) => toMoment(literalText(node)),
  }),
  Date: new GraphQLScalarType({
    name: 'Date',
    serialize: (value) => String(value),
    parseValue: toDay,
    parseLiteral: (node) => toDay(literalText(node)),
  }),
  SafeInt: new GraphQLScalarType({
    name: 'SafeInt',
    serialize: (value) => toSafeInt(Number(value)),
    parseValue: toSafeInt,
    parseLiteral: (node) => toSafeInt(node.kind === Kind.INT ? Number(node.value) : undefined),
  }),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  }),
};
