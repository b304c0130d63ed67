/** How much one operation may ask for. */
export interface OperationLimits {
  /** Tokens of the document. */
  tokens: number;
  /** Nested brackets of the document, and of the JSON around it. */
  nesting: number;
  /** Nested fields, with fragments put in. */
  depth: number;
  /** Fields, with fragments put in, counting each time that one is used. */
  fields: number;
  /** Aliases of the document. */
  aliases: number;
  /** Directives of the document. */
  directives: number;
  /** Root fields of the operation. */
  rootFields: number;
  /** Operations of the document. */
  operations: number;
  /** Objects that the answer may hold: page sizes multiplied all the way down. */
  cost: number;
}

/**
 * What holds unless the configuration says otherwise. The widest operation of the dashboard, and the introspection query of
 * GraphiQL (depth 15), stay well within; three nested pages of a hundred do not.
 */
export const standardLimits: OperationLimits = {
  tokens: 5_000,
  nesting: 60,
  depth: 18,
  fields: 1_500,
  aliases: 100,
  directives: 50,
  rootFields: 30,
  operations: 20,
  cost: 50_000,
};
