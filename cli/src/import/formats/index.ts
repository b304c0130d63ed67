import { AppError } from '@cda/platform/errors.ts';
import type { ImportFormat } from '../import-format.ts';
import { events } from './events.ts';
import { onlineRetail } from './online-retail.ts';
import { orders } from './orders.ts';
import { products } from './products.ts';

/** Every kind of file that can be taken in. */
export const formats: readonly ImportFormat[] = [onlineRetail, orders, products, events];

/** The format asked for, or the first whose required columns are all there. */
export function chooseFormat(name: string | undefined, header: readonly string[]): ImportFormat {
  if (name !== undefined) {
    const format = formats.find((candidate) => candidate.name === name);
    if (format) return format;
    throw new AppError(
      'FORMAT_UNKNOWN',
      `There is no format "${name}".`,
      `Choose one of ${formats.map((f) => f.name).join(', ')}.`,
    );
  }
  const found = formats.find((format) => format.required.every((column) => header.includes(column)));
  if (found) return found;
  const list = formats.map((format) => `${format.name} (${format.required.join(', ')})`).join('; ');
  throw new AppError(
    'HEADER_INVALID',
    `The columns ${header.slice(0, 12).join(', ')}${header.length > 12 ? ', …' : ''} are those of no known format.`,
    `Name the format by --format and the columns by --map column=field. Formats and the columns they need: ${list}.`,
  );
}
