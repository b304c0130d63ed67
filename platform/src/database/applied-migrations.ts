import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';

/** A migration that a database has been through. */
export interface AppliedMigration {
  name: string;
  /** Of the text that was run; null where the database was migrated before hashes were kept. */
  hash: string | null;
}

/** Hash of a migration's text, the same whatever ends its lines: a checkout on Windows may change that. */
export const migrationHash = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

/**
 * Holds what a database has been through to the migrations of this version.
 *
 * @param texts of this version's migrations, by name
 * @returns names whose hash is still to be kept
 * @throws AppError where the database knows one that this version does not, or where one was edited since it was run
 */
export function checkApplied(applied: readonly AppliedMigration[], texts: ReadonlyMap<string, string>): string[] {
  const unknown = applied.filter(({ name }) => !texts.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new AppError(
      'DATABASE_TOO_NEW',
      `The database was written by a newer version of this software (it knows ${unknown.join(', ')}).`,
      'Start that version or a later one, or choose another database.',
    );
  }
  const edited = applied.filter(({ name, hash }) => hash !== null && hash !== migrationHash(texts.get(name) ?? ''));
  if (edited.length > 0) {
    throw new AppError(
      'MIGRATION_CHANGED',
      `What this database has been through was edited since: ${edited.map(({ name }) => name).join(', ')}.`,
      'Put it back as it was released and make the change in a migration of its own, or start over with an empty database.',
    );
  }
  return applied.filter(({ hash }) => hash === null).map(({ name }) => name);
}
