import type { Pool } from 'pg';

/** A node of the category tree with what lies in it and below it. */
export interface CategoryRow {
  path: string;
  productCount: number;
  revenueMinor: number;
}

const nodes = `
  SELECT array_to_string(parts[1:depth], ' > ') AS path, count(*) AS "productCount",
    sum(revenue_minor) AS "revenueMinor"
  FROM (SELECT string_to_array(category, ' > ') AS parts, revenue_minor FROM products.product WHERE category IS NOT NULL) p,
    generate_series(1, cardinality(parts)) AS depth
  GROUP BY 1`;

/** All categories, largest revenue first. */
export async function loadCategoryTree(db: Pool): Promise<CategoryRow[]> {
  const { rows } = await db.query<CategoryRow>(`${nodes} ORDER BY "revenueMinor" DESC, path`);
  return rows;
}

/** Categories by path, in the order asked for; null where no product is in one. */
export async function loadCategories(db: Pool, paths: readonly string[]): Promise<(CategoryRow | null)[]> {
  const { rows } = await db.query<CategoryRow>(`SELECT * FROM (${nodes}) n WHERE path = ANY ($1)`, [paths]);
  const byPath = new Map(rows.map((row) => [row.path, row]));
  return paths.map((path) => byPath.get(path) ?? null);
}
