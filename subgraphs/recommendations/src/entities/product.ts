import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A product as lists and reasons read it. The projection's working columns are not part of it. */
export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    productId: p.text().primary(),
    firstSeenAt: p.datetime(),
    name: p.text(),
    nameRu: p.text().nullable(),
    description: p.text().nullable(),
    category: p.text().nullable(),
    brand: p.text().nullable(),
    priceMinor: p.bigint('number').nullable(),
    stock: p.integer().nullable(),
  },
});

export type ProductRow = InferEntity<typeof ProductEntity>;
