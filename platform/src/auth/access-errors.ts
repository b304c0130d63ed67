import type { GraphQLError } from 'graphql';
import { graphError } from '../graph/graph-error.ts';

/**
 * What to say to a caller who is unknown: there is no proof of identity, or the one that was sent does not hold; which part of
 * it was wrong is not told.
 */
export const unknownCaller = (sentProof: boolean): string =>
  sentProof
    ? 'The token or key that was sent does not hold: it has ended, was taken away, or is not whole. Get a new one: npm run token, or npm run keys.'
    : 'Sign in first, or send a token or an API key as "Authorization: Bearer …".';

/** The caller is unknown: there is no proof of identity, or it does not hold. */
export const unauthenticated = (sentProof = false): GraphQLError =>
  graphError('UNAUTHENTICATED', unknownCaller(sentProof));

/** The caller is known, and may not do this. */
export const forbidden = (message: string): GraphQLError => graphError('FORBIDDEN', message);
