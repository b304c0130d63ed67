import type { GraphQLFormattedError } from 'graphql';

/** Codes that a client may meet; anything else is a fault of ours and is told as one. */
const publicCodes: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'NOT_FOUND',
  'OPERATION_NOT_FOUND',
  'OPERATION_NOT_LISTED',
  'OPERATION_TOO_LARGE',
  'PERSISTED_QUERY_NOT_FOUND',
  'SUBGRAPH_UNAVAILABLE',
  'TIMEOUT',
  'TOO_MANY_SUBSCRIPTIONS',
  'TOO_MANY_REQUESTS',
  'UNAUTHENTICATED',
]);

/** Details that may stand beside the code. Whatever else a subgraph adds stays inside. */
const publicDetails = ['argument', 'cost', 'limit', 'retryAfterSeconds'] as const;

export interface ErrorFormat {
  requestId: string;
  /** Whether the caller may read the schema; others get no "Did you mean". */
  suggestions: boolean;
}

/**
 * An error as clients see it: message, path, place, a stable code, the request id. Faults of ours get one sentence that tells
 * nothing of the inside; `onFault` is given what really happened.
 */
export function formatError(
  error: GraphQLFormattedError,
  { requestId, suggestions }: ErrorFormat,
  onFault: (error: GraphQLFormattedError) => void = () => {},
): GraphQLFormattedError {
  const code = error.extensions?.['code'];
  const place = {
    ...(error.locations ? { locations: error.locations.map(({ line, column }) => ({ line, column })) } : {}),
    ...(error.path ? { path: error.path } : {}),
  };
  if (!publicCodes.has(code)) {
    onFault(error);
    return {
      message: 'Something went wrong on our side. Try again; if it stays, report the request id.',
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    };
  }
  const details = Object.fromEntries(
    publicDetails.flatMap((name) => {
      const value = error.extensions?.[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  return {
    message: suggestions ? error.message : error.message.replace(/ Did you mean .*$/s, ''),
    ...place,
    extensions: { code, ...details, requestId },
  };
}
