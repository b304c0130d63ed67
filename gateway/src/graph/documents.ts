import { createHash } from 'node:crypto';
import { BoundedMap } from '@cda/platform/bounded-map.ts';
import { counter } from '@cda/platform/telemetry/metrics.ts';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  MaxIntrospectionDepthRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { OperationLimits } from '../guards/limits.ts';
import { nestsDeeperThan } from '../guards/nesting.ts';
import { operationTooLarge } from '../guards/operation-too-large.ts';
import { checkShape } from '../guards/shape.ts';

/** A document that was parsed, found small enough and valid. */
export interface CheckedDocument {
  document: DocumentNode;
  /** SHA-256 of the text, hexadecimal. */
  hash: string;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  operations: readonly OperationDefinitionNode[];
}

/** Documents that were checked, by text and by hash: a bounded number. */
export interface Documents {
  /** Checks a text, or recalls that it was checked. Returns the faults instead where it does not hold. */
  check(text: string): CheckedDocument | readonly GraphQLError[];
  /** A document that was checked before, by its hash. */
  byHash(hash: string): CheckedDocument | undefined;
  /** Forgets all: texts may hold what a client wrote into them. */
  clear(): void;
}

const lookups = counter('cda_document_cache_total', 'Documents that were known already, and that were not', [
  'outcome',
]);

const longestByText = 4_096;

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createDocuments(schema: GraphQLSchema, limits: OperationLimits): Documents {
  const checked = new BoundedMap<string, CheckedDocument>(2_000);
  // Asked for with nearly every request: a look-up by a short text costs less than its digest.
  const byText = new BoundedMap<string, CheckedDocument>(1_000);
  return {
    byHash: (hash) => checked.get(hash),
    clear: () => {
      checked.clear();
      byText.clear();
    },
    check(text) {
      const short = text.length <= longestByText ? byText.get(text) : undefined;
      const hash = short?.hash ?? hashOfText(text);
      const known = checked.get(hash);
      lookups.inc({ outcome: known ? 'hit' : 'miss' });
      if (known) return known;
      const document = parseWithin(text, limits);
      if (document instanceof GraphQLError) return [document];
      const tooLarge = checkShape(document, limits);
      if (tooLarge) return [tooLarge];
      const faults = validate(schema, document, [...specifiedRules, MaxIntrospectionDepthRule], { maxErrors: 20 });
      if (faults.length > 0) return faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
      const result: CheckedDocument = {
        document,
        hash,
        fragments: new Map(
          document.definitions.flatMap((node) =>
            node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
          ),
        ),
        operations: document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION),
      };
      // The stock gateway asks for the document again under its hash, so at least the one at work is always held.
      checked.set(hash, result);
      if (text.length <= longestByText) byText.set(text, result);
      return result;
    },
  };
}

function parseWithin(text: string, limits: OperationLimits): DocumentNode | GraphQLError {
  if (nestsDeeperThan(text, limits.nesting, true)) {
    return operationTooLarge(`This document nests more than ${limits.nesting} brackets.`);
  }
  try {
    return parse(text, { maxTokens: limits.tokens, noLocation: false });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.endsWith('tokens. Parsing aborted.')) {
      return operationTooLarge(`This document has more than ${limits.tokens} tokens. Send long values as variables.`);
    }
    return coded(error, 'GRAPHQL_PARSE_FAILED');
  }
}

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.source ? { source: error.source } : {}),
    ...(error.positions ? { positions: error.positions } : {}),
    extensions: { code },
  });
