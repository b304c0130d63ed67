import { createHash } from 'node:crypto';
import type { IncomingEvent } from './incoming-event.ts';

/** A product in the terms of schema.org Product with one Offer. */
export interface SchemaOrgProduct {
  productID: string;
  sku?: string | null | undefined;
  name?: string | null | undefined;
  nameRu?: string | null | undefined;
  description?: string | null | undefined;
  descriptionRu?: string | null | undefined;
  category?: string | null | undefined;
  brand?: string | null | undefined;
  url?: string | null | undefined;
  image?: string | null | undefined;
  offers?:
    | {
        price?: number | null | undefined;
        priceCurrency?: string | null | undefined;
        inventoryLevel?: number | null | undefined;
        validFrom?: string | null | undefined;
      }
    | null
    | undefined;
}

/**
 * The catalogue event of a product. Its message id is a digest of what it says and since when, so the same statement is stored
 * once; without `validFrom` the hour of arrival counts, so that a catalogue sent every night leaves its history.
 */
export function toCatalogueEvent(product: SchemaOrgProduct, receivedAt: Date): IncomingEvent {
  const { productID, nameRu, descriptionRu, image, offers, ...rest } = product;
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
