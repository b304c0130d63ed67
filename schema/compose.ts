/**
 * Composes the four subgraphs' SDL, and what the gateway answers by itself, into `supergraph.graphql` (what the gateway runs) and `api.graphql` (what clients see).
 * Both are committed as the reviewed contract; `--check` compares instead of writing and exits with 1 where they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { subgraphNames, subgraphTypeDefs } from '@cda/platform/graph/type-defs.ts';
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from 'graphql';
import { ownGraphName, ownTypeDefs } from '../gateway/src/own-graph/type-defs.ts';

const files = ['supergraph.graphql', 'api.graphql'] as const;

/** Composition of the SDL files as they are on disk. Throws with one line a fault where the subgraphs do not fit together. */
export function compose(): Record<(typeof files)[number], string> {
  const result = composeServices(
    [
      ...subgraphNames.map((name) => ({ name: name as string, typeDefs: subgraphTypeDefs(name) })),
      { name: ownGraphName, typeDefs: ownTypeDefs() },
    ].map((part) => ({ ...part, url: `http://${part.name}.internal/graphql` })),
  );
  if (result.errors) {
    throw new Error(`The subgraphs do not compose:\n${result.errors.map((error) => `- ${error.message}`).join('\n')}`);
  }
  const api = result.schema.toAPISchema().toGraphQLJSSchema();
  return {
    'supergraph.graphql': `${result.supergraphSdl.trim()}\n`,
    'api.graphql': `${printSchema(lexicographicSortSchema(buildASTSchema(parse(printSchema(api))))).trim()}\n`,
  };
}

if (import.meta.main) {
  const composed = compose();
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const file of files) {
    const path = join(import.meta.dirname, file);
    if (!check) writeFileSync(path, composed[file]);
    else if (readFileSync(path, 'utf8') !== composed[file]) {
      console.error(
        `schema/${file} does not match the subgraphs' SDL. Run: npm run generate, look at the difference, commit it.`,
      );
      stale++;
    }
  }
  if (stale > 0) process.exit(1);
}
