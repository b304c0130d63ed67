import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A product as lists and references read it. The projection's working columns are not part of it. */
export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    productId: p.text().primary(),
    firstSeenAt: p.datetime(),
    unitsSold: p.bigint('number'),
    revenueMinor: p.bigint('number'),
    sku: p.text().nullable(),
    name: p.text(),
    nameRu: p.text().nullable(),
    brand: p.text().nullable(),
    category: p.text().nullable(),
    url: p.text().nullable(),
    imageUrl: p.text().nullable(),
    priceMinor: p.bigint('number').nullable(),
    currency: p.text().nullable(),
    costMinor: p.bigint('number').nullable(),
    costCurrency: p.text().nullable(),
    stock: p.integer().nullable(),
  },
});

export type ProductRow = InferEntity<typeof ProductEntity>;
