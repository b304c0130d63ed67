import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from 'graphql';

/** What PostgreSQL cannot hold: NUL, and half of a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const refused = (where: string): GraphQLError =>
  new GraphQLError(`${where} holds a character that cannot be stored: NUL, or half of a surrogate pair.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });

const literals = new WeakMap<DocumentNode, boolean>();

/**
 * Refuses texts that no table can hold, before they become a fault of the database in one of the subgraphs. JSON may hold anything, and
 * so may events: each of those is judged by itself, so that one bad event does not hold up its neighbours.
 */
export function checkTexts(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  coerced: Readonly<Record<string, unknown>>,
): GraphQLError | undefined {
  let sound = literals.get(document);
  if (sound === undefined) {
    sound = true;
    visit(document, {
      StringValue: (node) => {
        sound &&= isStorable(node.value);
      },
    });
    literals.set(document, sound);
  }
  if (!sound) return refused('A text of the document');
  for (const { variable, type } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const inputType = typeFromAST(schema, type as never);
    if (isInputType(inputType) && !holds(inputType, coerced[name])) return refused(`The variable $${name}`);
  }
  return undefined;
}

function holds(type: GraphQLInputType, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (isNonNullType(type)) return holds(type.ofType, value);
  if (isListType(type))
    return Array.isArray(value) ? value.every((element) => holds(type.ofType, element)) : holds(type.ofType, value);
  if (!isInputObjectType(type)) return typeof value !== 'string' || type.name === 'JSON' || isStorable(value);
  if (type.name === 'EventInput') return true;
  const fields = type.getFields();
  return Object.entries(value).every(([name, part]) => !fields[name] || holds(fields[name].type, part));
}
