import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { syntheticParts } from './synthetic.ts';

/** Serves the synthetic subgraphs named on the command line, with as little work as can be, and tells their addresses. */
const names = process.argv.slice(2) as SubgraphName[];

function serve(schema: GraphQLSchema): Promise<number> {
  const documents = new Map<string, DocumentNode>();
  const answer = async (body: string, response: ServerResponse): Promise<void> => {
    const { query, variables, operationName } = JSON.parse(body);
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document);
    }
    const text = JSON.stringify(await execute({ schema, document, variableValues: variables, operationName }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => answer(body, response));
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

const addresses: Record<string, string> = {};
for (const name of names) {
  const { sdl, resolvers } = syntheticParts[name];
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  addresses[name] = `http://127.0.0.1:${await serve(schema)}/graphql`;
}
process.send?.({ addresses });
process.on('disconnect', () => process.exit());
