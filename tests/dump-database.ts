import pg, { type Pool } from 'pg';

/** Every row of every table, view and sequence-free place of a database as text, by table. */
export async function dumpDatabase(pool: Pool, schemas?: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await pool.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
       AND ($1::text[] IS NULL OR n.nspname = ANY ($1)) ORDER BY 1, 2`,
    [schemas ?? null],
  );
  const dump = new Map<string, string[]>();
  for (const { schema, name } of rows) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
    const content = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    dump.set(
      `${schema}.${name}`,
      content.rows.map(({ row }) => row),
    );
  }
  return dump;
}

/** Places that hold one of the words, `word in table: row`; not as part of a longer word; in binary columns too. */
export function findInDump(dump: ReadonlyMap<string, readonly string[]>, words: readonly string[]): string[] {
  const searched = words.map((word) => {
    const plain = word.replaceAll(/[$()*+./?[\\\]^{|}]/g, (sign) => `\\${sign}`);
    return {
      word,
      text: word.toLowerCase(),
      hex: Buffer.from(word).toString('hex'),
      pattern: new RegExp(`(?<![\\p{L}\\p{N}_.-])${plain}(?![\\p{L}\\p{N}_-])`, 'iu'),
    };
  });
  const found: string[] = [];
  for (const [table, rows] of dump) {
    const missing = new Set(searched);
    for (const row of rows) {
      const text = row.toLowerCase();
      const binary = text.includes('\\x');
      for (const one of missing) {
        // Most rows hold none: the pattern is for those that may.
        if ((text.includes(one.text) && one.pattern.test(row)) || (binary && text.includes(one.hex))) {
          found.push(`${one.word} in ${table}: ${row.slice(0, 300)}`);
          missing.delete(one);
        }
      }
    }
  }
  return found;
}
