import type { ClientBase } from 'pg';
import { AppError } from '../errors.ts';
import { subgraphNames } from '../graph/type-defs.ts';

/** Schemas of this software, in whatever database it was given. */
export const ownSchemas: readonly string[] = [...subgraphNames, 'registry', 'events', 'graphile_worker', 'platform'];

type Queryable = Pick<ClientBase, 'query'>;

/** Whether this software has been in the database: then the schemas of these names are its own. */
export async function isOurs(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ ours: boolean }>(`SELECT to_regclass('platform.migration') IS NOT NULL AS ours`);
  return rows[0]?.ours === true;
}

/**
 * Makes sure, before anything is made in it, that a database has no schema of another program by the name of one of ours.
 *
 * @throws AppError that names them
 */
export async function refuseForeignSchemas(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ nspname: string }>(
    // In one statement: another process may be at its first migration just now.
    `SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1) AND to_regclass('platform.migration') IS NULL ORDER BY nspname`,
    [ownSchemas],
  );
  if (rows.length === 0) return;
  throw new AppError(
    'CONFIG_INVALID',
    `The database holds another program's ${rows.length === 1 ? 'schema' : 'schemas'} ${rows.map(({ nspname }) => nspname).join(', ')}, by a name that this software needs.`,
    'Give it a database of its own (CREATE DATABASE cda), and name that in DATABASE_URL.',
  );
}
