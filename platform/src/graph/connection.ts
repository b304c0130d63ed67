import { invalidArgument } from './graph-error.ts';

/** A page of a list in the shape of the Relay specification. */
export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

/** How many rows a page may have. Throws an argument error outside 1 to 100. */
export function pageSize(first: number | null | undefined, standard = 20): number {
  const size = first ?? standard;
  if (!Number.isInteger(size) || size < 1 || size > 100)
    throw invalidArgument('first', 'first takes a number from 1 to 100.');
  return size;
}

/** A cursor holds the values that the list is ordered by, so a page begins after a row and not at an offset. */
export const encodeCursor = (values: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** Values of a cursor. Throws an argument error where it was not made by `encodeCursor` with as many values. */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) =>
        typeof value === 'string' ? !value.includes('\u0000') : value === null || Number.isFinite(value),
      )
    ) {
      return values;
    }
  } catch {
    // Reported below, like every other text that is no cursor.
  }
  throw invalidArgument('after', 'This cursor is not from this list: use endCursor of the page before.');
}

/** Builds a page from up to `size + 1` rows, of which the one too many tells that more follow. */
export function toConnection<T>(
  rows: readonly T[],
  size: number,
  cursorOf: (row: T) => string,
  after: string | null | undefined,
): Connection<T> {
  const edges = rows.slice(0, size).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
