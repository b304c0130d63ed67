import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { plantedShop } from './planted-shop.ts';

const epoch = Date.parse('2024-01-01T00:00:00Z') / 86_400_000;
/** Moment of a day of the planted shop. */
export const at = (day: number): string => new Date((epoch + day - 1300) * 86_400_000).toISOString();
const planted = plantedShop(240);

/** Margins of products, as shares of their prices; a seventh of them have none that is known. */
export const marginOf = (product: number): number | null => (product % 7 === 6 ? null : (product % 4) / 5);

/** Its products `P0`, `P1`, …: the dearer, the higher the number; five of each in stock. */
export const catalogue: IncomingEvent[] = planted.contents.map((content, product) => ({
  type: 'track',
  event: 'Product Upserted',
  messageId: `product ${product}`,
  originalTimestamp: at(900),
  properties: {
    product_id: `P${product}`,
    name: `Thing ${product}`,
    name_ru: `Вещь ${product}`,
    category: content.category,
    price: content.priceMinor / 100,
    stock: 5,
    ...costOf(content.priceMinor, marginOf(product)),
  },
}));

function costOf(priceMinor: number, margin: number | null): object {
  return margin === null ? {} : { cost: Math.round(priceMinor * (1 - margin)) / 100 };
}

/** One order event a customer and order: customers are `C0`, `C1`, … */
export function orders(): IncomingEvent[] {
  const { interactions } = planted;
  const events = new Map<number, IncomingEvent & { properties: { products: object[] } }>();
  for (let customer = 0; customer < interactions.customers; customer++) {
    for (let row = interactions.offsets[customer]!; row < interactions.offsets[customer + 1]!; row++) {
      const order = interactions.order[row]!;
      const event = events.get(order) ?? {
        type: 'track' as const,
        event: 'Order Completed',
        messageId: `order ${order}`,
        userId: `C${customer}`,
        originalTimestamp: at(interactions.day[row]!),
        properties: { order_id: `O${order}`, currency: 'EUR', products: [] as object[] },
      };
      event.properties.products.push({ product_id: `P${interactions.product[row]}`, price: 10, quantity: 1 });
      events.set(order, event);
    }
  }
  return [...events.values()];
}

/** One customer looks at one product. */
export const seen = (userId: string, product: number, day: number, event = 'Product Viewed'): IncomingEvent => ({
  type: 'track',
  event,
  messageId: `${event} ${userId} ${product} ${day}`,
  userId,
  originalTimestamp: at(day),
  properties: { product_id: `P${product}`, price: 10, currency: 'EUR' },
});

/** A list as the queries below ask for it. */
export interface Page {
  edges: {
    cursor: string;
    node: {
      product: { id: string };
      rank: number;
      score: number;
      reasons: { code: string; en: string; ru: string; weight: number }[];
    };
  }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  pipeline: string;
  recommendationId: string;
  asOf: string;
  unavailable: { code: string; text: string } | null;
  rules: { ruleName: string; effect: string; product: { id: string } }[];
  model: { name: string; version: number } | null;
}
export const page = `{ edges { cursor node { product { id } rank score reasons { code en: text(locale: EN) ru: text(locale: RU) weight } } }
  pageInfo { hasNextPage endCursor } pipeline recommendationId asOf unavailable { code text } model { name version } rules { ruleName effect product { id } } }`;
/** Number of the product of an item. */
export const productOf = ({ node }: Page['edges'][number]): number =>
  Number(Buffer.from(node.product.id, 'base64url').toString().replace('Product:P', ''));
