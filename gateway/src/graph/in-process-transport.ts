import { BoundedMap } from '@cda/platform/bounded-map.ts';
import { type DocumentNode, type GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import type { InProcessSubgraph } from '../config.ts';
import type { Transport } from './data-source.ts';
import { liftErrors } from './lift-errors.ts';

/**
 * Calls a subgraph that lives in the same process. The texts of fetches come from query plans, so few are new: each is parsed
 * once. Measured against parsing and validating at every fetch, this is what makes calls in the same process cheap.
 */
export function inProcessTransport(subgraph: Pick<InProcessSubgraph, 'execute'>): Transport {
  const documents = new BoundedMap<string, DocumentNode>(2_000);
  return async ({ query, variables, operationName, headers, signal }) => {
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document);
    }
    const { data, errors, extensions } = await subgraph.execute({
      document,
      variables,
      operationName,
      headers,
      signal,
    });
    const told = extensions ? { extensions } : {};
    if (!errors) return { data: data ?? null, ...told };
    // Results of the executor have no prototype and may be shared by caches of the subgraph; the gateway merges into them.
    return { ...(data === undefined ? {} : { data }), errors: liftErrors(errors.map(toFormatted)), ...told };
  };
}

const toFormatted = (error: GraphQLError): GraphQLFormattedError => ({
  message: error.message,
  ...(error.path ? { path: error.path } : {}),
  extensions: error.extensions,
});
