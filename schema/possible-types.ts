import { type GraphQLSchema, isAbstractType } from 'graphql';

/**
 * A plugin of the generator: which object types stand behind each union and interface of the graph. A client's cache cannot
 * see that in a document, and without it drops what a fragment on a union or an interface asks for.
 */
export function plugin(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter(isAbstractType);
  const named = types.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);
  return `/** The object types behind each union and interface of the graph. */
export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(named))};
`;
}
