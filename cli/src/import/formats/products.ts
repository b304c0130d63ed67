import { createHash } from 'node:crypto';
import { firstFault, inWords } from '@cda/platform/events/fault-words.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { schemaOrgProduct, toCatalogueEvent } from '@cda/platform/events/schema-org.ts';
import { eachRow } from '../each-row.ts';
import type { ImportFormat, Row } from '../import-format.ts';
import { integer, optionalText, price, RowError, text, time } from '../row-values.ts';

const texts = [
  'sku',
  'name',
  'name_ru',
  'description',
  'description_ru',
  'category',
  'brand',
  'currency',
  'url',
  'image_url',
] as const;

function parseProduct(row: Row, timeZone: string, writtenAt: Date): IncomingEvent {
  const properties: Record<string, unknown> = { product_id: text(row, 'product_id') };
  for (const column of texts) {
    const value = optionalText(row, column);
    if (value !== undefined) properties[column] = value;
  }
  if (optionalText(row, 'price') !== undefined) properties['price'] = price(row, 'price');
  if (optionalText(row, 'cost') !== undefined) properties['cost'] = price(row, 'cost');
  if (optionalText(row, 'stock') !== undefined) properties['stock'] = integer(row, 'stock');
  const countries = optionalText(row, 'countries');
  if (countries !== undefined) properties['countries'] = countries.split(/[\s|,;]+/).filter(Boolean);
  const at = optionalText(row, 'updated_at') === undefined ? undefined : time(row, 'updated_at', timeZone);
  const digest = createHash('sha256')
    // A later file may say again what an earlier one said: the price is what it was before, the shelf is full once more.
    .update(JSON.stringify([at ?? writtenAt, properties]))
    .digest('base64url');
  return {
    type: 'track',
    event: 'Product Upserted',
    messageId: `products:${digest}`,
    ...(at ? { originalTimestamp: at } : {}),
    properties,
  };
}

/** The catalogue: a product a row. A row that the same file, or one with the same `updated_at`, said already is a duplicate. */
export const products: ImportFormat = {
  name: 'products',
  lines: 'csv',
  about: 'a product of the catalogue a row',
  required: ['product_id'],
  optional: [...texts, 'price', 'cost', 'stock', 'countries', 'updated_at'],
  createReader: ({ timeZone, writtenAt, refuse }) => eachRow((row) => parseProduct(row, timeZone, writtenAt), refuse),
};

/** The catalogue in the terms of schema.org Product and Offer, a JSON object a line. */
export const schemaOrg: ImportFormat = {
  name: 'schema-org',
  lines: 'json',
  about: 'a schema.org Product with its Offer a line',
  required: ['productID'],
  optional: [],
  createReader: ({ refuse }) =>
    eachRow(({ json }) => {
      const product = schemaOrgProduct.safeParse(json, inWords);
      if (product.success) return toCatalogueEvent(product.data, new Date());
      const { path, message } = firstFault(product.error, 'The product');
      throw new RowError('INVALID_PROPERTIES', path, message);
    }, refuse),
};
