import type { Product } from './catalogue.ts';
import { dayIndexAt } from './days.ts';
import type { OrderLine } from './orders.ts';
import type { Timeline } from './timeline.ts';
import { currency, priceOn, type World } from './world.ts';

/** Writes the catalogue as the shop's back office would: a full record at the launch and after each change. */
interface CatalogueWriter {
  /** What changes on this day: launches, Monday's prices, goods that run out and come back. */
  writeDay(day: number): void;
  /** Takes sold goods from the shelf; orders more where few are left. */
  sell(lines: readonly OrderLine[], at: number): void;
}

const site = 'https://demo-shop.example';

export function createCatalogueWriter(world: World, timeline: Timeline, prefix: string): CatalogueWriter {
  const { products, prices, days, scale } = world;
  const fullShelf = products.map(({ popularity }) => Math.round(20 + 60 * popularity * Math.max(0.2, scale)));
  const stock = fullShelf.slice();
  const revisions = new Uint32Array(products.length);
  const runsOut = new Map<number, number[]>();
  const comesBack = new Map<number, number[]>();
  for (const { product, firstDay, lastDay } of world.stockOuts) {
    append(runsOut, firstDay, product);
    append(comesBack, lastDay + 1, product);
  }

  const upsert = (product: Product, at: number, day: number): void => {
    const { index } = product;
    const revision = revisions[index]!;
    revisions[index] = revision + 1;
    timeline.add(at, {
      type: 'track',
      event: 'Product Upserted',
      messageId: `${prefix}.${product.productId}.${revision}`,
      properties: { ...recordOf(product), price: priceOn(world, index, day) / 100, currency, stock: stock[index]! },
    });
  };

  return {
    writeDay(day) {
      const { start, weekday, week } = days[day]!;
      for (const index of runsOut.get(day) ?? []) {
        stock[index] = 0;
        upsert(products[index]!, start + 60_000, day);
      }
      for (const index of comesBack.get(day) ?? []) {
        stock[index] = fullShelf[index]!;
        upsert(products[index]!, start + 60_000, day);
      }
      for (const product of products) {
        const { index, launchDay } = product;
        const isNew = day === Math.max(0, launchDay);
        const at = week + index * prices.weeks;
        const repriced = weekday === 0 && day > launchDay && prices.priceMinor[at] !== prices.priceMinor[at - 1];
        // Before any shopper of the day is awake: the order's price is then always the one that was published.
        if (isNew || (repriced && day > 0)) upsert(product, start + (isNew ? 0 : 120_000) + index * 100, day);
      }
    },
    sell(lines, at) {
      for (const { product: index, quantity } of lines) {
        stock[index] = Math.max(1, stock[index]! - quantity);
        if (stock[index]! > fullShelf[index]! / 5) continue;
        stock[index] = fullShelf[index]!;
        const product = products[index]!;
        upsert(product, at + 1000, dayIndexAt(days, at));
      }
    },
  };
}

function recordOf(product: Product): Record<string, unknown> {
  return {
    product_id: product.productId,
    sku: product.sku,
    name: product.name,
    name_ru: product.nameRu,
    description: product.description,
    description_ru: product.descriptionRu,
    category: product.category,
    category_ru: product.categoryRu,
    brand: product.brand,
    cost: product.unitCostMinor / 100,
    variant: product.variant.en,
    url: `${site}/products/${product.productId.toLowerCase()}`,
    attributes: { variant: product.variant.en, variant_ru: product.variant.ru },
  };
}

function append(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
