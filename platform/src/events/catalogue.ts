import { z } from 'zod';
import { experimentEvents, experimentState } from '../experiments/experiment.ts';
import { defineEvent, type EventDefinition } from './event-definition.ts';

const id = z
  .union([z.string().min(1).max(200), z.number().int()], {
    error: 'is needed: send a text of 1 to 200 characters or a whole number',
  })
  .transform(String);
const label = z.string().max(1_000);
const amount = z.number().min(-1e10).max(1e10);
const price = z.number().min(0).max(1e9);
const quantity = z.number().int().min(1).max(1_000_000);
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as EUR')
  .optional();

const productFields = {
  sku: label.optional(),
  name: label.optional(),
  category: label.optional(),
  brand: label.optional(),
  variant: label.optional(),
  price: price.optional(),
  quantity: quantity.optional(),
  coupon: label.optional(),
  position: z.number().int().optional(),
  url: label.optional(),
  image_url: label.optional(),
  recommendation_id: label.optional(),
  placement: label.optional(),
};
const product = z.looseObject({ product_id: id, ...productFields });
const products = z.array(product).min(1, 'has no products').max(1_000);
// An order may consist of charges alone (postage, a fee), so it may have no products.
const orderLines = z.array(product.extend({ price, quantity })).max(10_000);
const order = {
  order_id: id,
  currency,
  revenue: amount.optional(),
  total: amount.optional(),
  subtotal: amount.optional(),
  shipping: amount.optional(),
  tax: amount.optional(),
  discount: amount.optional(),
  other: amount.optional(),
  coupon: label.optional(),
};
const one = z.looseObject({ product_id: id, currency, value: amount.optional(), ...productFields });
const list = z.looseObject({ list_id: label.optional(), category: label.optional(), products: products.optional() });
const named = z.union([label, z.number()]).transform(String).optional();
const free = z.looseObject({});

/** Every event that the platform knows by name. Others are kept as custom events. */
export const eventCatalogue: readonly EventDefinition[] = [
  defineEvent({
    name: 'Products Searched',
    version: 1,
    ga4: ['search'],
    properties: z.looseObject({ query: label }),
    feeds: 'visits',
  }),
  defineEvent({
    name: 'Product List Viewed',
    version: 1,
    ga4: ['view_item_list'],
    properties: list,
    feeds: 'visits, impressions',
  }),
  defineEvent({ name: 'Product List Filtered', version: 1, properties: list, feeds: 'visits' }),
  defineEvent({ name: 'Promotion Viewed', version: 1, ga4: ['view_promotion'], properties: free, feeds: 'visits' }),
  defineEvent({ name: 'Promotion Clicked', version: 1, ga4: ['select_promotion'], properties: free, feeds: 'visits' }),
  defineEvent({
    name: 'Product Clicked',
    version: 1,
    ga4: ['select_item'],
    properties: one,
    feeds: 'visits, interactions',
  }),
  defineEvent({
    name: 'Product Viewed',
    version: 1,
    ga4: ['view_item'],
    properties: one,
    feeds: 'visits, interactions',
  }),
  defineEvent({
    name: 'Product Added',
    version: 1,
    ga4: ['add_to_cart'],
    properties: one,
    feeds: 'visits, interactions',
  }),
  defineEvent({ name: 'Recommendation Dismissed', version: 1, properties: one, feeds: 'interactions' }),
  defineEvent({ name: 'Product Removed', version: 1, ga4: ['remove_from_cart'], properties: one, feeds: 'visits' }),
  defineEvent({ name: 'Cart Viewed', version: 1, ga4: ['view_cart'], properties: list, feeds: 'visits' }),
  defineEvent({
    name: 'Checkout Started',
    version: 1,
    ga4: ['begin_checkout'],
    properties: z.looseObject({ ...order, order_id: id.optional(), products: products.optional() }),
    feeds: 'visits',
  }),
  defineEvent({ name: 'Checkout Step Viewed', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({
    name: 'Checkout Step Completed',
    version: 1,
    ga4: ['add_shipping_info'],
    properties: free,
    feeds: 'visits',
  }),
  defineEvent({
    name: 'Payment Info Entered',
    version: 1,
    ga4: ['add_payment_info'],
    properties: free,
    feeds: 'visits',
  }),
  defineEvent({
    name: 'Order Completed',
    version: 1,
    ga4: ['purchase'],
    properties: z.looseObject({ ...order, products: orderLines }),
    feeds: 'everything',
  }),
  defineEvent({
    name: 'Order Updated',
    version: 2,
    properties: z.looseObject({ ...order, products: orderLines.optional() }),
    feeds: 'lines and amounts of its order',
  }),
  defineEvent({
    name: 'Order Cancelled',
    version: 2,
    properties: z.looseObject({ ...order, products: products.optional() }),
    feeds: 'net revenue, returns',
  }),
  defineEvent({
    name: 'Order Refunded',
    version: 1,
    ga4: ['refund'],
    properties: z.looseObject({ ...order, products: orderLines.optional() }),
    feeds: 'net revenue, returns',
  }),
  defineEvent({ name: 'Coupon Entered', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({ name: 'Coupon Applied', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({ name: 'Coupon Denied', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({ name: 'Coupon Removed', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({
    name: 'Product Added to Wishlist',
    version: 1,
    ga4: ['add_to_wishlist'],
    properties: one,
    feeds: 'visits, interactions',
  }),
  defineEvent({ name: 'Product Removed from Wishlist', version: 1, properties: one, feeds: 'visits' }),
  defineEvent({ name: 'Wishlist Product Added to Cart', version: 1, properties: one, feeds: 'visits, interactions' }),
  defineEvent({ name: 'Product Shared', version: 1, ga4: ['share'], properties: free, feeds: 'visits' }),
  defineEvent({ name: 'Cart Shared', version: 1, properties: free, feeds: 'visits' }),
  defineEvent({
    name: 'Product Reviewed',
    version: 1,
    properties: z.looseObject({ product_id: id, rating: z.number().optional() }),
    feeds: 'visits, interactions',
  }),
  defineEvent({
    name: 'Experiment Viewed',
    version: 1,
    ga4: ['experiment_impression'],
    properties: z.looseObject({
      experiment_id: named,
      experiment_name: named,
      variation_id: named,
      variation_name: named,
      experimentId: named,
      variationId: named,
    }),
    feeds: 'visits, exposures',
  }),
  ...Object.values(experimentEvents).map((name) =>
    defineEvent({
      name,
      version: 1,
      own: true,
      properties: experimentState,
      feeds: 'experiments; this server alone writes it',
    }),
  ),
  defineEvent({
    name: 'Product Upserted',
    version: 1,
    catalogue: true,
    properties: z.looseObject({
      product_id: id,
      currency,
      ...productFields,
      name_ru: label.optional(),
      description: z.string().max(10_000).optional(),
      description_ru: z.string().max(10_000).optional(),
      cost: price.optional(),
      stock: z.number().int().min(0).max(1e9).optional(),
      countries: z
        .array(z.string().regex(/^[A-Z]{2}$/, 'is not an ISO 3166 code such as DE'))
        .max(250)
        .optional(),
    }),
    feeds: 'products, prices, costs, stock, content, where it is sold',
  }),
  defineEvent({
    name: 'Stock Adjusted',
    version: 1,
    catalogue: true,
    properties: z.looseObject({ product_id: id, change: z.number().int(), reason: label.optional() }),
    feeds: 'kept',
  }),
];

const byName = new Map<string, EventDefinition>();
for (const definition of eventCatalogue) {
  byName.set(definition.name, definition);
  for (const alias of definition.ga4 ?? []) byName.set(alias, definition);
}

/** The definition behind a name, canonical or of GA4; undefined for custom events. */
export const findEvent = (name: string): EventDefinition | undefined => byName.get(name);
