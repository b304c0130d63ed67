import type { ImportedEvent, Row, RowReader } from './import-format.ts';
import { RowError } from './row-values.ts';

/** How lines of one order become events. */
export interface OrderGrouping<Line> {
  /** Checks a row by itself; throws `RowError` where it cannot be used. */
  parse(row: Row): Line;
  orderOf(line: Line): string;
  /** Events of an order's consecutive lines. `part` counts from 1: an order whose lines stand apart has several parts. */
  toEvents(lines: readonly { line: Line; row: Row }[], part: number): readonly ImportedEvent[];
}

/**
 * Collects consecutive lines of an order. An order whose lines come back later in the file has a further part with a message
 * id of its own, so that memory does not grow with the file and reading the same file again gives the same events.
 */
export function groupByOrder<Line>(
  grouping: OrderGrouping<Line>,
  refuse: (row: Row, fault: RowError['fault']) => void,
): RowReader {
  const parts = new Map<string, number>();
  let order: string | undefined;
  let lines: { line: Line; row: Row }[] = [];
  const flush = (): readonly ImportedEvent[] => {
    if (order === undefined || lines.length === 0) return [];
    const part = (parts.get(order) ?? 0) + 1;
    parts.set(order, part);
    const events = grouping.toEvents(lines, part);
    lines = [];
    order = undefined;
    return events;
  };
  return {
    read: (row) => {
      let line: Line;
      try {
        line = grouping.parse(row);
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        refuse(row, error.fault);
        return [];
      }
      const next = grouping.orderOf(line);
      const done = next === order ? [] : flush();
      order = next;
      lines.push({ line, row });
      return done;
    },
    end: flush,
  };
}
