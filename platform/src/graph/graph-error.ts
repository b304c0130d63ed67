import { GraphQLError } from 'graphql';

/** Codes that clients meet in `extensions.code`. */
export type GraphErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'SUBGRAPH_UNAVAILABLE'
  | 'TIMEOUT'
  | 'INTERNAL_SERVER_ERROR';

/** An error whose message is meant for the client. */
export const graphError = (
  code: GraphErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError => new GraphQLError(message, { extensions: { code, ...extensions } });

/** An argument that cannot be used; `message` names the remedy. */
export const invalidArgument = (argument: string, message: string): GraphQLError =>
  graphError('BAD_USER_INPUT', message, { argument });
