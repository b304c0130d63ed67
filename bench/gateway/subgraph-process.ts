import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { syntheticParts } from './synthetic.ts';

/** Serves the synthetic subgraphs named on the command line, with as little work as can be, and tells their addresses. */
const names = process.argv.slice(2) as SubgraphName[];

function serve(schema: GraphQLSchema): Promise<number> {
  const documents = new Map<string, DocumentNode>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString());
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document);
    }
    const result = await execute({ schema, document, variableValues: variables, operationName });
    const body = JSON.stringify(result);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
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
