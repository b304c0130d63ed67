import type { Resolvers } from '../generated/resolvers.ts';

/** Resolvers by type. */
export const resolvers: Resolvers = {};
