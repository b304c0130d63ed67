import { tz } from '@date-fns/tz';
import { parse } from 'date-fns';
import type { Row, RowFault } from './import-format.ts';

/** A value of a row that cannot be used. */
export class RowError extends Error {
  readonly fault: RowFault;
  constructor(code: string, path: string, message: string) {
    super(message);
    this.fault = { code, path, message };
  }
}

/** A text that must be there. */
export function text(row: Row, column: string): string {
  const value = row.values[column]?.trim();
  if (!value) throw new RowError('MISSING_VALUE', column, `Column ${column} is empty.`);
  return value;
}

/** A text that may be missing. */
export const optionalText = (row: Row, column: string): string | undefined => row.values[column]?.trim() || undefined;

/** A decimal number with a point, or with a comma where none stands between columns; no thousands separators, no exponent. */
export function decimal(row: Row, column: string): number {
  const given = text(row, column);
  const value = row.decimalComma ? given.replace(',', '.') : given;
  // Of 1,250 and 1.250 nobody can say where a comma may be a point whether it is much or little.
  const unclear = row.decimalComma && /\.\d{3}$/.test(value);
  if (unclear || !/^[+-]?\d{1,12}(\.\d{1,6})?$/.test(value)) {
    throw new RowError('INVALID_NUMBER', column, `Column ${column}: "${shorten(given)}" is not a number like 12.50.`);
  }
  return Number(value);
}

/** A whole number. */
export function integer(row: Row, column: string): number {
  const value = decimal(row, column);
  if (!Number.isInteger(value))
    throw new RowError('INVALID_NUMBER', column, `Column ${column}: ${value} is not a whole number.`);
  return value;
}

/** A price: not negative, and a whole number of minor units. */
export function price(row: Row, column: string): number {
  const value = decimal(row, column);
  if (value < 0) throw new RowError('NEGATIVE_PRICE', column, `Column ${column}: the price ${value} is negative.`);
  const cents = value * 100;
  if (Math.abs(cents - Math.round(cents)) > 1e-6) {
    throw new RowError(
      'PRICE_PRECISION',
      column,
      `Column ${column}: ${value} has parts of a cent, which cannot be paid.`,
    );
  }
  return value;
}

const remembered = new Map<string, string>();

/** A time: ISO 8601 with an offset, or `YYYY-MM-DD[ HH:MM[:SS]]` in the shop's time zone. Gives ISO 8601 in UTC. */
export function time(row: Row, column: string, timeZone: string): string {
  const value = text(row, column);
  const key = `${timeZone} ${value}`;
  let at = remembered.get(key);
  if (at === undefined) {
    at = toUtc(value, timeZone);
    if (at === undefined) {
      throw new RowError(
        'INVALID_TIME',
        column,
        `Column ${column}: "${shorten(value)}" is not a time like 2026-01-31 14:05:00 that is in the calendar.`,
      );
    }
    // Lines of an order share their time, and finding a zone's offset costs more than all else of a row.
    if (remembered.size > 1_000) remembered.clear();
    remembered.set(key, at);
  }
  return at;
}

function toUtc(value: string, timeZone: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    value,
  );
  if (!match) return undefined;
  const [, day, minutes = '00:00', seconds = '00', offset] = match;
  // An engine may roll 31 February over into March.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day as string)) return undefined;
  const at = offset
    ? new Date(`${day}T${minutes}:${seconds}${offset}`)
    : parse(`${day} ${minutes}:${seconds}`, 'yyyy-MM-dd HH:mm:ss', new Date(0), { in: tz(timeZone) });
  return Number.isNaN(at.getTime()) ? undefined : new Date(at.getTime()).toISOString();
}

const shorten = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);
