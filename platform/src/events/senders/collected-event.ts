import { AppError } from '../../errors.ts';
import type { IncomingEvent } from '../incoming-event.ts';

/** An event as a sender's own terms were understood; the door checks what is in it. */
export type CollectedEvent = {
  [Field in keyof IncomingEvent]: Field extends 'type' | 'messageId'
    ? IncomingEvent[Field]
    : IncomingEvent[Field] | undefined;
};

type Fields = Record<string, unknown>;

/** A JSON object, or undefined. */
export const asObject = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** A text or a number as text; undefined for everything else, the empty text included. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A time as the door takes it: ISO 8601, or milliseconds since 1970; what is neither stays out, and the time of arrival counts. */
export function asTime(value: unknown): string | undefined {
  const at = typeof value === 'number' ? value : Date.parse(asText(value) ?? '');
  if (!(at >= 0 && at < 4_102_444_800_000)) return undefined;
  return typeof value === 'string' && value.length <= longestTime ? value : new Date(at).toISOString();
}

/** Characters of the longest text that the door reads as a time. */
const longestTime = 40;

/** The fields that have a value. */
export const withValues = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** What was sent is not of the form that its sender's protocol has. */
export const notOfTheForm = (message: string): AppError =>
  new AppError('FORMAT_UNKNOWN', message, 'Look the form up in docs/events.md.');
