import { GraphQLError } from 'graphql';

/** The caller is unknown: there is no proof of identity, or it does not hold. */
export const unauthenticated = (
  message = 'Sign in first, or send a token or an API key as "Authorization: Bearer …".',
): GraphQLError => new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });

/** The caller is known, and may not do this. */
export const forbidden = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
