import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { escapeLike, SqlConditions } from '@cda/platform/graph/filter-sql.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Pool } from 'pg';
import type { ProductRow } from '../entities/product.ts';
import type { ProductOrderField, ProductWhere, QueryProductsArgs } from '../generated/resolvers.ts';

/** A page of products, and what it was a page of. */
export interface ProductPage extends Connection<ProductRow> {
  where: ProductWhere | null | undefined;
}

const orderings: Record<
  ProductOrderField,
  { sql: string; type: 'number' | 'string'; of: (row: ProductRow) => string | number }
> = {
  REVENUE: { sql: 'p.revenue_minor', type: 'number', of: (row) => row.revenueMinor },
  UNITS_SOLD: { sql: 'p.units_sold', type: 'number', of: (row) => row.unitsSold },
  // Products without a price stand below all others.
  PRICE: { sql: 'coalesce(p.price_minor, -1)', type: 'number', of: (row) => row.priceMinor ?? -1 },
  NAME: { sql: 'p.name', type: 'string', of: (row) => row.name },
};

const columns = `p.product_id AS "productId", p.first_seen_at AS "firstSeenAt", p.units_sold AS "unitsSold",
  p.revenue_minor AS "revenueMinor", p.sku, p.name, p.name_ru AS "nameRu", p.brand, p.category, p.url,
  p.image_url AS "imageUrl", p.price_minor AS "priceMinor", p.currency, p.cost_minor AS "costMinor",
  p.cost_currency AS "costCurrency", p.stock`;

/** A page of products in one statement, by keyset: the row after a cursor is found by the index, however far down it is. */
export async function loadProductPage(db: Pool, args: Partial<QueryProductsArgs>): Promise<ProductPage> {
  const size = pageSize(args.first);
  const field = args.orderBy?.field ?? 'REVENUE';
  const direction = args.orderBy?.direction ?? 'DESC';
  const ordering = orderings[field];
  const conditions = toConditions(args.where);
  if (args.after !== null && args.after !== undefined) {
    const [madeFor, value, id] = decodeCursor(args.after, 3);
    const isOwn = typeof value === ordering.type && (typeof value === 'string' || Number.isSafeInteger(value));
    if (madeFor !== `${field} ${direction}` || !isOwn || typeof id !== 'string') {
      throw invalidArgument('after', 'This cursor is from a list in another order: begin again without it.');
    }
    const comparison = direction === 'DESC' ? '<' : '>';
    conditions.add(
      `(${ordering.sql}, p.product_id) ${comparison} (${conditions.value(value)}, ${conditions.value(id)})`,
    );
  }
  const { rows } = await db.query<ProductRow>(
    `SELECT ${columns} FROM products.product p ${conditions.toSql()}
     ORDER BY ${ordering.sql} ${direction}, p.product_id ${direction} LIMIT ${size + 1}`,
    conditions.values,
  );
  const cursorOf = (row: ProductRow): string =>
    encodeCursor([`${field} ${direction}`, ordering.of(row), row.productId]);
  return { ...toConnection(rows, size, cursorOf, args.after), where: args.where };
}

/** How many products meet the conditions. */
export async function countProducts(db: Pool, where: ProductWhere | null | undefined): Promise<number> {
  const conditions = toConditions(where);
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) FROM products.product p ${conditions.toSql()}`,
    conditions.values,
  );
  return rows[0]!.count;
}

function toConditions(where: ProductWhere | null | undefined): SqlConditions {
  const conditions = new SqlConditions();
  if (!where) return conditions;
  conditions.text('p.product_id', where.externalId, 'where.externalId');
  conditions.text('p.brand', where.brand, 'where.brand');
  conditions.number('p.price_minor', where.priceMinor);
  conditions.number('p.stock', where.stock);
  if (where.nameContains) {
    const pattern = conditions.value(`%${escapeLike(where.nameContains)}%`);
    conditions.add(`(p.name ILIKE ${pattern} OR p.name_ru ILIKE ${pattern})`);
  }
  if (where.category) {
    const path = conditions.value(where.category);
    conditions.add(`(p.category = ${path} OR starts_with(p.category, ${path} || ' > '))`);
  }
  if (where.elasticity) {
    const value = '(SELECT e.value FROM products.elasticity e WHERE e.product_id = p.product_id)';
    conditions.add(`${value} IS NOT NULL`);
    conditions.number(value, where.elasticity);
  }
  return conditions;
}
