import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { IncomingEvent } from './incoming-event.ts';

const text = z.string().max(10_000).nullish();

/** Shape of a product in the terms of schema.org Product with one Offer; it has no term for what the shop itself pays (`unitCost`). */
export const schemaOrgProduct = z.object({
  productID: z.union([z.string().min(1).max(200), z.number().int()]).transform(String),
  sku: text,
  name: text,
  nameRu: text,
  description: text,
  descriptionRu: text,
  category: text,
  brand: text,
  url: text,
  image: text,
  offers: z
    .object({
      price: z.coerce.number().min(0).nullish(),
      priceCurrency: text,
      inventoryLevel: z.coerce.number().int().min(0).nullish(),
      eligibleRegion: z.union([text, z.array(z.string())]),
      validFrom: text,
    })
    .nullish(),
  unitCost: z.coerce.number().min(0).nullish(),
});

export type SchemaOrgProduct = z.infer<typeof schemaOrgProduct>;

/**
 * The catalogue event of a product. Its message id is a digest of what it says and since when, so the same statement is stored
 * once; without `validFrom` the hour of arrival counts, so that a catalogue sent every night leaves its history.
 */
export function toCatalogueEvent(product: SchemaOrgProduct, receivedAt: Date): IncomingEvent {
  const { productID, nameRu, descriptionRu, image, offers, unitCost, ...rest } = product;
  const regions = offers?.eligibleRegion;
  const properties = Object.fromEntries(
    Object.entries({
      product_id: productID,
      ...rest,
      name_ru: nameRu,
      description_ru: descriptionRu,
      image_url: image,
      price: offers?.price,
      currency: offers?.priceCurrency,
      stock: offers?.inventoryLevel,
      countries: typeof regions === 'string' ? [regions] : regions,
      cost: unitCost,
    }).filter(([, value]) => value !== null && value !== undefined),
  );
  const since = offers?.validFrom ?? receivedAt.toISOString().slice(0, 13);
  const digest = createHash('sha256')
    .update(JSON.stringify([since, properties]))
    .digest('base64url');
  return {
    type: 'track',
    event: 'Product Upserted',
    messageId: `catalogue:${digest}`,
    originalTimestamp: offers?.validFrom ?? receivedAt.toISOString(),
    properties,
  };
}
