import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { concatAST, type DocumentNode, parse } from 'graphql';

export const subgraphNames = ['users', 'products', 'recommendations', 'analytics'] as const;

/** Name of a subgraph; also the name of its PostgreSQL schema. */
export type SubgraphName = (typeof subgraphNames)[number];

const root = resolve(import.meta.dirname, '../../..');

/** Folder that holds a subgraph's SDL, one file a concept. */
const schemaFolder = (name: SubgraphName): string => join(root, 'subgraphs', name, 'src', 'schema');

/** The SDL of one subgraph: the shared types and its own files, in the order of their names. */
export function subgraphTypeDefs(name: SubgraphName): DocumentNode {
  const own = readdirSync(schemaFolder(name))
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => join(schemaFolder(name), file));
  return concatAST(
    [join(import.meta.dirname, 'shared.graphql'), ...own].map((path) => parse(readFileSync(path, 'utf8'))),
  );
}
