import type { Pool } from 'pg';
import type { ProductContent } from '../ml/content-model.ts';
import { type Interactions, kinds } from '../ml/interactions.ts';

const dayMs = 86_400_000;

/** What the shop's customers did, with the ids behind the indices. */
export interface ShopInteractions {
  interactions: Interactions;
  contents: ProductContent[];
  productIds: string[];
  /** Names by product; Russian where there is one. */
  names: { en: string[]; ru: string[] };
  /** Customers who ordered on two days or more. */
  returning: number;
}

type CatalogueRow = [
  id: string,
  name: string,
  nameRu: string | null,
  text: string,
  category: string | null,
  brand: string | null,
  price: number | null,
];
type InteractionRow = [customer: string, product: string, kind: number, epochSeconds: number, occasion: string];

/**
 * Every product, and the interactions of customers who bought something or touched two products at least, before `asOf`.
 * Passers-by with one view teach nothing and are many.
 */
export async function loadShopInteractions(db: Pool, asOf: Date): Promise<ShopInteractions> {
  const { rows: catalogue } = await db.query<CatalogueRow>({
    text: `SELECT product_id, name, name_ru, concat_ws(' ', name, name_ru, description), category, brand, price_minor
           FROM recommendations.product ORDER BY product_id COLLATE "C"`,
    rowMode: 'array',
  });
  const { rows } = await db.query<InteractionRow>({
    text: `SELECT customer_key, product_id, kind, extract(epoch FROM at)::double precision, CASE WHEN kind = ${kinds.purchase} THEN occasion ELSE '' END
           FROM recommendations.person_interaction
           WHERE at <= $1 AND kind <> ${kinds.dismissal}
             AND product_id IN (SELECT product_id FROM recommendations.product) AND customer_key IN (
             SELECT customer_key FROM recommendations.person_interaction WHERE at <= $1 GROUP BY customer_key
             HAVING bool_or(kind = ${kinds.purchase}) OR count(DISTINCT product_id) > 1)
           ORDER BY customer_key COLLATE "C", at, kind, occasion, product_id COLLATE "C"`,
    values: [asOf],
    rowMode: 'array',
  });
  const indexOf = new Map(catalogue.map(([id], index) => [id, index]));
  const product = new Int32Array(rows.length);
  const day = new Float64Array(rows.length);
  const kind = new Uint8Array(rows.length);
  const order = new Int32Array(rows.length);
  const offsets = [0];
  let customer: string | undefined;
  let occasion: string | undefined;
  let orders = -1;
  let returning = 0;
  let purchaseDays = new Set<number>();
  for (const [row, [who, what, how, seconds, where]] of rows.entries()) {
    if (who !== customer) {
      if (customer !== undefined) offsets.push(row);
      if (purchaseDays.size > 1) returning++;
      purchaseDays = new Set();
      customer = who;
      occasion = undefined;
    }
    product[row] = indexOf.get(what)!;
    day[row] = seconds / (dayMs / 1000);
    kind[row] = how;
    order[row] = -1;
    if (how === kinds.purchase) {
      if (where !== occasion) orders++;
      occasion = where;
      order[row] = orders;
      purchaseDays.add(Math.floor(day[row]!));
    }
  }
  if (customer !== undefined) offsets.push(rows.length);
  if (purchaseDays.size > 1) returning++;
  return {
    interactions: {
      customers: offsets.length - 1,
      products: catalogue.length,
      offsets: Int32Array.from(offsets),
      product,
      day,
      kind,
      order,
    },
    contents: catalogue.map(([, , , text, category, brand, price]) => ({
      text,
      category: category ?? '',
      brand: brand ?? '',
      priceMinor: price ?? Number.NaN,
    })),
    productIds: catalogue.map(([id]) => id),
    names: { en: catalogue.map(([, name]) => name), ru: catalogue.map(([, name, nameRu]) => nameRu ?? name) },
    returning,
  };
}
