import type { RequestContext } from '@cda/platform/graph/context.ts';

/** What the resolvers of this subgraph may use during one request. */
export type Context = RequestContext;
