import { BREAK, type DocumentNode, visit } from 'graphql';

const answers = new WeakMap<DocumentNode, boolean>();

/** Whether a document asks for the schema itself, in any operation or fragment. Remembered per document. */
export function asksForSchema(document: DocumentNode): boolean {
  const known = answers.get(document);
  if (known !== undefined) return known;
  let found = false;
  visit(document, {
    Field(node) {
      if (node.name.value === '__schema' || node.name.value === '__type') {
        found = true;
        return BREAK;
      }
      return undefined;
    },
  });
  answers.set(document, found);
  return found;
}
