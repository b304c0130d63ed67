import { openOrm } from '@cda/platform/database/orm.ts';
import { describe, expect, test } from 'vitest';
import { analytics } from '../../subgraphs/analytics/src/index.ts';
import { products } from '../../subgraphs/products/src/index.ts';
import { openSubgraph } from './open-subgraph.ts';

/** Names under which PostgreSQL reports the types that entities ask for. */
const reported: Record<string, string> = {
  float: 'double precision',
  jsonb: 'jsonb',
  datetime: 'timestamp with time zone',
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  'character varying': 'text',
};
const plain = (type: string): string => {
  const bare = type.replace(/\(\d+\)/, '').trim();
  return reported[bare] ?? bare;
};

describe.each([products, analytics])('entities and migrations of $name agree', (definition) => {
  test('every property of an entity is a column of its type, as nullable as it says', async () => {
    await using subgraph = await openSubgraph(definition);
    const { rows } = await subgraph.db.query<{
      table: string;
      column: string;
      type: string;
      nullable: boolean;
      key: boolean;
    }>(
      `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
         a.attnum = ANY (i.indkey) AS key
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`,
      [definition.name],
    );
    const orm = await openOrm(definition, subgraph.databaseUrl);
    try {
      let compared = 0;
      for (const { name } of definition.entities.map((entity) => entity.meta)) {
        const meta = orm.getMetadata().find(name as never)!;
        const columns = rows.filter((row) => row.table === meta.tableName);
        for (const property of Object.values(meta.properties)) {
          const column = columns.find((row) => row.column === property.fieldNames[0]);
          expect(column, `${meta.tableName}.${property.fieldNames[0]}`).toBeDefined();
          expect(column!.type, `${meta.tableName}.${column!.column}`).toBe(plain(property.columnTypes[0]!));
          expect(column!.nullable, `${meta.tableName}.${column!.column} may be null`).toBe(property.nullable ?? false);
          expect(column!.key, `${meta.tableName}.${column!.column} is a key`).toBe(property.primary ?? false);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(10);
    } finally {
      await orm.close(true);
    }
  });
});
