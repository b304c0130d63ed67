import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const call = /\bgraphql\(\s*`([^`]*)`,?\s*\)/g;
const generated = join(import.meta.dirname, '../src/generated/gql.ts');

/**
 * Puts each generated operation where it is written, in place of the call that looks it up: a page then carries its own
 * operations only, where the generated module would carry all of them into the first chunk.
 */
export function inlineOperations(): Plugin {
  let graphql: (source: string) => unknown;
  return {
    name: 'inline-operations',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      ({ graphql } = (await import(pathToFileURL(generated).href)) as { graphql: typeof graphql });
    },
    transform(code, id) {
      if (!/\/src\/.*\.tsx?$/.test(id) || id.includes('/generated/') || !code.includes('graphql(`')) return;
      return {
        code: code.replace(call, (_match, source: string) => {
          const document = graphql(source);
          if (!document || Object.keys(document).length === 0) {
            throw new Error(`An operation of ${id} was not generated yet. Run: npm run generate`);
          }
          // In brackets: a fragment stands as a statement of its own, where a brace would open a block.
          return `(${JSON.stringify(document)})`;
        }),
        map: null,
      };
    },
  };
}
