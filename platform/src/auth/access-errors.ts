import type { GraphQLError } from 'graphql';
import { graphError } from '../graph/graph-error.ts';

/** The caller is unknown: there is no proof of identity, or it does not hold. */
export const unauthenticated = (
  message = 'Sign in first, or send a token or an API key as "Authorization: Bearer …".',
): GraphQLError => graphError('UNAUTHENTICATED', message);

/** The caller is known, and may not do this. */
export const forbidden = (message: string): GraphQLError => graphError('FORBIDDEN', message);
