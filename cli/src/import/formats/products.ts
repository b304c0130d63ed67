import { createHash } from 'node:crypto';
import type { ImportFormat, Row, RowReader } from '../import-format.ts';
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

function parseProduct(row: Row, timeZone: string): { at: string | undefined; properties: Record<string, unknown> } {
  const properties: Record<string, unknown> = { product_id: text(row, 'product_id') };
  for (const column of texts) {
    const value = optionalText(row, column);
    if (value !== undefined) properties[column] = value;
  }
  if (optionalText(row, 'price') !== undefined) properties['price'] = price(row, 'price');
  if (optionalText(row, 'stock') !== undefined) properties['stock'] = integer(row, 'stock');
  return {
    at: optionalText(row, 'updated_at') === undefined ? undefined : time(row, 'updated_at', timeZone),
    properties,
  };
}

/** The catalogue: a product a row. A row that says nothing new is a duplicate of the one before. */
export const products: ImportFormat = {
  name: 'products',
  about: 'a product of the catalogue a row',
  required: ['product_id'],
  optional: [...texts, 'price', 'stock', 'updated_at'],
  createReader: ({ timeZone, refuse }): RowReader => ({
    read: (row) => {
      try {
        const { at, properties } = parseProduct(row, timeZone);
        const digest = createHash('sha256')
          .update(JSON.stringify([at, properties]))
          .digest('base64url')
          .slice(0, 32);
        return [
          {
            rows: [row],
            event: {
              type: 'track',
              event: 'Product Upserted',
              messageId: `products:${digest}`,
              ...(at ? { originalTimestamp: at } : {}),
              properties,
            },
          },
        ];
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        refuse(row, error.fault);
        return [];
      }
    },
    end: () => [],
  }),
};
