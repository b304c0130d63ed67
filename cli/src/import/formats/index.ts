import { AppError } from '@cda/platform/errors.ts';
import type { ImportFormat } from '../import-format.ts';
import { ga4, segment } from './archives.ts';
import { events } from './events.ts';
import { onlineRetail } from './online-retail.ts';
import { orders } from './orders.ts';
import { products, schemaOrg } from './products.ts';

/** Every kind of file that can be taken in. */
export const formats: readonly ImportFormat[] = [onlineRetail, orders, products, events, schemaOrg, ga4, segment];

/** The format asked for, or the first whose required columns are all there. */
export function chooseFormat(
  name: string | undefined,
  lines: ImportFormat['lines'],
  header: readonly string[],
): ImportFormat {
  if (name !== undefined) {
    const format = formats.find((candidate) => candidate.name === name);
    if (format?.lines === lines) return format;
    if (format) {
      throw new AppError(
        'FORMAT_UNKNOWN',
        `A file of the format ${name} is ${format.lines === 'csv' ? 'CSV' : 'a JSON object a line'}, and this one is not.`,
        'Choose another --format, or leave it out to have it found.',
      );
    }
    throw new AppError(
      'FORMAT_UNKNOWN',
      `There is no format "${name}".`,
      `Choose one of ${formats.map((f) => f.name).join(', ')}.`,
    );
  }
  const candidates = formats.filter((format) => format.lines === lines);
  const lacking = (format: ImportFormat) => format.required.filter((column) => !header.includes(column));
  const found = candidates.find((format) => lacking(format).length === 0);
  const nearest = nearestTo(header, candidates, found);
  if (nearest) {
    const lacks = lacking(nearest);
    const otherwise = found ? ` Or is it a file of ${found.name} after all? Then say so: --format ${found.name}.` : '';
    throw new AppError(
      'HEADER_INVALID',
      `This looks like a file of ${nearest.name}, but it lacks the ${lacks.length === 1 ? 'column' : 'columns'} ${lacks.join(', ')}.`,
      `Say which of its columns they are: ${lacks.map((field) => `--map COLUMN=${field}`).join(' ')}. It has: ${header.join(', ')}.${otherwise}`,
    );
  }
  if (found) return found;
  const list = formats.map((format) => `${format.name} (${format.required.join(', ')})`).join('; ');
  throw new AppError(
    'HEADER_INVALID',
    `The columns ${header.slice(0, 12).join(', ')}${header.length > 12 ? ', …' : ''} are those of no known format.`,
    `Name the format by --format and the columns by --map column=field. Formats and the columns they need: ${list}.`,
  );
}

/**
 * The format that a file is most likely meant to be, though it lacks columns that this format needs: it has most of those
 * that only this one needs. An order without a price is then no product, though a product needs no more than its id.
 */
function nearestTo(
  header: readonly string[],
  candidates: readonly ImportFormat[],
  found: ImportFormat | undefined,
): ImportFormat | undefined {
  const known = found ? [...found.required, ...found.optional] : [];
  return candidates.find((format) => {
    const own = format.required.filter((column) => !known.includes(column));
    const there = own.filter((column) => header.includes(column)).length;
    return there > own.length / 2 && format.required.some((column) => !header.includes(column));
  });
}
