import { pathToFileURL } from 'node:url';
import { type ASTNode, type DocumentNode, Kind, print, type SelectionNode, visit } from 'graphql';

/** Operations that are known before anybody asks: those that the dashboard and the bot ship with. */
export interface ListedOperations {
  readonly size: number;
  /** Whether a document is one of them, however it is laid out and with or without `__typename`, which clients add. */
  has(document: DocumentNode): boolean;
}

export function createListedOperations(documents: Iterable<DocumentNode>): ListedOperations {
  const known = new Set([...documents].map(normalForm));
  const answers = new WeakMap<DocumentNode, boolean>();
  return {
    size: known.size,
    has(document) {
      let answer = answers.get(document);
      if (answer === undefined) {
        answer = known.has(normalForm(document));
        answers.set(document, answer);
      }
      return answer;
    },
  };
}

/** The operations that code generation wrote into modules of typed documents (`…Document`). */
export async function loadOperations(files: readonly string[]): Promise<DocumentNode[]> {
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(file).href) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isOperationDocument));
}

const isOperationDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' &&
  value !== null &&
  (value as DocumentNode).kind === Kind.DOCUMENT &&
  (value as DocumentNode).definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION);

const isTypename = (node: SelectionNode): boolean =>
  node.kind === Kind.FIELD && node.name.value === '__typename' && !node.alias && !node.directives?.length;

const sorted = <Node extends ASTNode>(nodes: readonly Node[] | undefined): Node[] =>
  [...(nodes ?? [])].sort((a, b) => (print(a) < print(b) ? -1 : 1));

/** One text for all documents that ask for the same. */
function normalForm(document: DocumentNode): string {
  const plain = visit(document, {
    SelectionSet: {
      leave: (node) => ({ ...node, selections: sorted(node.selections.filter((entry) => !isTypename(entry))) }),
    },
    Field: { leave: (node) => ({ ...node, arguments: sorted(node.arguments) }) },
    OperationDefinition: { leave: (node) => ({ ...node, variableDefinitions: sorted(node.variableDefinitions) }) },
  });
  return sorted(plain.definitions).map(print).join('\n');
}
