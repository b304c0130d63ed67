import { AppError } from '@cda/platform/errors.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { ReaderOptions, Row, RowReader } from './import-format.ts';
import { RowError } from './row-values.ts';

/** A reader for files in which each row is an event by itself. `parse` throws `RowError` or `AppError` where it is none. */
export const eachRow = (parse: (row: Row) => IncomingEvent, refuse: ReaderOptions['refuse']): RowReader => ({
  read: (row) => {
    try {
      return [{ event: parse(row), rows: [row] }];
    } catch (error) {
      if (error instanceof RowError) refuse(row, error.fault);
      else if (error instanceof AppError) refuse(row, { code: error.code, path: null, message: error.message });
      else throw error;
      return [];
    }
  },
  end: () => [],
});
