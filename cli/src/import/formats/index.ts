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
  const found = formats.find(
    (format) => format.lines === lines && format.required.every((column) => header.includes(column)),
  );
  if (found) return found;
  const list = formats.map((format) => `${format.name} (${format.required.join(', ')})`).join('; ');
  throw new AppError(
    'HEADER_INVALID',
    `The columns ${header.slice(0, 12).join(', ')}${header.length > 12 ? ', …' : ''} are those of no known format.`,
    `Name the format by --format and the columns by --map column=field. Formats and the columns they need: ${list}.`,
  );
}
