import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';

const root = resolve(import.meta.dirname, '../..');

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of an installation: the one chosen on the command line, else `DATA_DIR`, else `.data` of the project. A relative one
 * counts from where the person stands, which npm, that runs scripts from the project's folder, leaves in a variable of ours.
 */
export function dataFolder(chosen: string | undefined, env: Environment = process.env): string {
  const named = chosen || env['DATA_DIR'];
  return named ? resolve(env['CDA_WORKING_FOLDER'] ?? process.cwd(), named) : join(root, '.data');
}

/**
 * Makes sure that there is an installation to work on: a mistyped folder would otherwise become a new and empty one.
 *
 * @throws AppError where neither the folder nor the environment holds its secrets
 */
export function requireInstallation(folder: string, env: Environment = process.env): void {
  if (env['INTERNAL_SECRET'] || existsSync(join(folder, 'secrets.json'))) return;
  throw new AppError(
    'NOT_FOUND',
    `There is no installation in ${folder}.`,
    'Name its folder by --data-dir (or DATA_DIR), or begin one: npm start.',
  );
}
