import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { eachRow } from '../each-row.ts';
import type { ImportFormat, Row } from '../import-format.ts';
import { optionalText, RowError, text, time } from '../row-values.ts';

const types = ['track', 'identify', 'page', 'alias'];

function object(row: Row, column: string): Record<string, unknown> | undefined {
  const value = optionalText(row, column);
  if (value === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Reported below, like every other value that is no object.
  }
  throw new RowError('INVALID_JSON', column, `Column ${column} is not a JSON object.`);
}

function parseEvent(row: Row, timeZone: string): IncomingEvent {
  const type = text(row, 'type');
  if (!types.includes(type)) throw new RowError('INVALID_TYPE', 'type', `Column type is one of ${types.join(', ')}.`);
  const event: Record<string, unknown> = { type, messageId: text(row, 'messageId') };
  for (const column of ['event', 'userId', 'anonymousId', 'previousId']) {
    const value = optionalText(row, column);
    if (value !== undefined) event[column] = value;
  }
  for (const column of ['properties', 'traits', 'context']) {
    const value = object(row, column);
    if (value !== undefined) event[column] = value;
  }
  event['originalTimestamp'] = time(row, 'timestamp', timeZone);
  return event as unknown as IncomingEvent;
}

/** Events in the terms of the Segment specification, one a row; objects as JSON text. */
export const events: ImportFormat = {
  name: 'events',
  lines: 'csv',
  about: 'an event a row; properties, traits and context as JSON',
  required: ['type', 'messageId', 'timestamp'],
  optional: ['event', 'userId', 'anonymousId', 'previousId', 'properties', 'traits', 'context'],
  createReader: ({ timeZone, refuse }) => eachRow((row) => parseEvent(row, timeZone), refuse),
};
