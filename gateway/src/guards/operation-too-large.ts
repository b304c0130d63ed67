import { GraphQLError } from 'graphql';

/** An operation that asks for too much. The message names the limit, so that its author can mend it. */
export const operationTooLarge = (message: string, details: { cost?: number; limit?: number } = {}): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_LARGE', ...details } });
