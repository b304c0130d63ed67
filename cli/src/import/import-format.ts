import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';

/** One row of a file, and the line that it began on: values by column, or a JSON value. */
export interface Row {
  line: number;
  values: Readonly<Record<string, string>>;
  /** Whether numbers may have a comma for their point: where no comma stands between columns. */
  decimalComma?: boolean;
  /** What the line of a JSON lines file says. */
  json?: unknown;
}

/** Why a row was refused. */
export interface RowFault {
  code: string;
  /** Column. */
  path: string | null;
  message: string;
}

/** An event with the rows that it was made of. */
export interface ImportedEvent {
  event: IncomingEvent;
  /** Rows whose fate is the event's; none for events that a row brings along by the way. */
  rows: readonly Row[];
}

/** Turns rows into events, one after another; it may hold rows back until their order is whole. */
export interface RowReader {
  /** Takes a row: gives the events that became whole by it, and calls `refuse` for rows that cannot be used. */
  read(row: Row): readonly ImportedEvent[];
  /** The file is at its end: gives what was held back. */
  end(): readonly ImportedEvent[];
}

/** What a reader needs to know. */
export interface ReaderOptions {
  /** Shop's time zone: times without an offset are meant in it. */
  timeZone: string;
  /** When the file was written: what it says without a time of its own, it says as of then. */
  writtenAt: Date;
  refuse(row: Row, fault: RowFault): void;
}

/** A kind of file. */
export interface ImportFormat {
  name: string;
  about: string;
  /** Whether a row is a line of CSV or a JSON object. */
  lines: 'csv' | 'json';
  /** Columns, or fields of the first object, that must be there. */
  required: readonly string[];
  /** Columns that may be there. */
  optional: readonly string[];
  /** Settings that the shop takes over where this is its first data. */
  shop?: { name: string; currency: string; timeZone: string; attribution: string };
  createReader(options: ReaderOptions): RowReader;
}
