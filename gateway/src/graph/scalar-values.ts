import { scalars } from '@cda/platform/graph/scalars.ts';
import { type GraphQLSchema, isScalarType } from 'graphql';

/**
 * Teaches the gateway's schema what the shared scalars take. A supergraph only names them, so that a wrong date would come
 * through validation and fail in a subgraph, which then could not answer anything of that request.
 */
export function checkScalars(schema: GraphQLSchema): void {
  for (const scalar of Object.values(scalars)) {
    const type = schema.getType(scalar.name);
    if (!isScalarType(type)) continue;
    type.parseValue = scalar.parseValue;
    type.parseLiteral = scalar.parseLiteral;
  }
}
