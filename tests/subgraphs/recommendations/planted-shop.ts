import { createRandom } from '@cda/platform/ml/random.ts';
import type { ProductContent } from '../../../subgraphs/recommendations/src/ml/content-model.ts';
import { type Interactions, kinds } from '../../../subgraphs/recommendations/src/ml/interactions.ts';

/** One thing that a customer did. */
export interface Deed {
  customer: number;
  product: number;
  day: number;
  kind?: keyof typeof kinds;
  order?: number;
}

/** Interactions from deeds in any order. Purchases of one customer on one day are one order unless `order` says otherwise. */
export function toInteractions(customers: number, products: number, deeds: readonly Deed[]): Interactions {
  const rows = deeds.toSorted((a, b) => a.customer - b.customer || a.day - b.day || a.product - b.product);
  const offsets = new Int32Array(customers + 1);
  for (const { customer } of rows) offsets[customer + 1]!++;
  for (let c = 0; c < customers; c++) offsets[c + 1]! += offsets[c]!;
  return {
    customers,
    products,
    offsets,
    product: Int32Array.from(rows, ({ product }) => product),
    day: Float64Array.from(rows, ({ day }) => day),
    kind: Uint8Array.from(rows, ({ kind }) => kinds[kind ?? 'purchase']),
    order: Int32Array.from(rows, ({ kind, order, customer, day }) =>
      (kind ?? 'purchase') === 'purchase' ? (order ?? customer * 100_000 + Math.floor(day)) : -1,
    ),
  };
}

export const tastes = 4;
export const plantedProducts = 320;
/** Taste of a product: products are dealt out to tastes in turn. */
export const tasteOf = (product: number): number => product % tastes;
/** The product that is bought together with another: 0 with 4, 8 with 12, … (always of the same taste). */
export const complementOf = (product: number): number =>
  Math.floor(product / tastes) % 2 === 0 ? product + tastes : product - tastes;

/**
 * Customers with one taste each (that of their number), who order every three weeks for most of a year, nine times in ten within
 * their taste, with the product's complement half of the time.
 */
export function plantedShop(
  customers = 300,
  seed = 7,
): { interactions: Interactions; contents: ProductContent[]; asOfDay: number } {
  const random = createRandom(seed);
  const deeds: Deed[] = [];
  for (let customer = 0; customer < customers; customer++) {
    for (let day = 1000 + random.next() * 40; day < 1300; day += 10 + random.next() * 22) {
      for (let line = 0; line < 2; line++) {
        const within = random.next() < 0.9;
        const product = within
          ? random.integer(plantedProducts / tastes) * tastes + tasteOf(customer)
          : random.integer(plantedProducts);
        deeds.push({ customer, product, day });
        if (random.next() < 0.5) deeds.push({ customer, product: complementOf(product), day });
      }
    }
  }
  return {
    interactions: toInteractions(customers, plantedProducts, deeds),
    contents: Array.from({ length: plantedProducts }, (_, product) => ({
      text: `thing number${product}`,
      category: `Department ${tasteOf(product)}`,
      brand: '',
      priceMinor: 1000 + 10 * product,
    })),
    asOfDay: 1300,
  };
}
