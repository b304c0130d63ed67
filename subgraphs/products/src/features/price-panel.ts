import type { Pool } from 'pg';
import { buildPricePanel, type CataloguePoint, type SaleRow } from '../ml/build-price-panel.ts';
import type { PricePanel } from '../ml/price-panel.ts';

/** A panel with what its indices stand for. */
export interface ShopPanel {
  panel: PricePanel;
  /** productCount ids and names of categories, `''` for none. */
  productIds: string[];
  categories: string[];
  currency: string;
}

/**
 * Products × whole weeks (Monday to Sunday in the shop's time zone) before the week of `asOf`, in the shop's currency,
 * categories by their top node. Reads `sale` and `catalogue_point` up to `asOf` only.
 */
export async function loadPricePanel(db: Pool, asOf: Date): Promise<ShopPanel> {
  const [{ rows: shops }, { rows: sales }, { rows: points }, { rows: products }] = await Promise.all([
    db.query<{ currency: string; thisWeek: number }>(
      `SELECT currency, date_trunc('week', $1::timestamptz AT TIME ZONE time_zone)::date - date '1970-01-05' AS "thisWeek"
       FROM events.shop`,
      [asOf],
    ),
    db.query<SaleRow>(
      `SELECT product_id AS "productId", (day - date '1970-01-05') / 7 AS week, price_minor AS "priceMinor",
         sum(lines)::int AS lines, sum(units)::int AS units
       FROM products.sale s, events.shop
       WHERE lines > 0 AND price_minor > 0 AND s.currency = shop.currency
         AND day < date_trunc('week', $1::timestamptz AT TIME ZONE time_zone)::date
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [asOf],
    ),
    db.query<CataloguePoint>(
      `SELECT product_id AS "productId", price_minor AS "priceMinor", stock,
         (extract(epoch FROM at AT TIME ZONE time_zone) / 86400 - 4) / 7 AS week
       FROM products.catalogue_point p, events.shop
       WHERE at <= $1 AND (p.currency = shop.currency OR p.price_minor IS NULL) ORDER BY product_id, at, message_id`,
      [asOf],
    ),
    db.query<{ productId: string; category: string }>(
      `SELECT product_id AS "productId", split_part(coalesce(category, ''), ' > ', 1) AS category
       FROM products.product ORDER BY product_id`,
    ),
  ]);
  const { currency, thisWeek } = shops[0]!;
  const categories = [...new Set(products.map((product) => product.category))].sort();
  const indexOf = new Map(categories.map((category, index) => [category, index]));
  const productIds = products.map((product) => product.productId);
  const panel = buildPricePanel({
    productIds,
    category: Int32Array.from(products, (product) => indexOf.get(product.category)!),
    categoryCount: Math.max(1, categories.length),
    sales,
    points: points.map((point) => ({ ...point, week: Number(point.week) })),
    endWeek: thisWeek / 7,
  });
  return { panel, productIds, categories, currency };
}
