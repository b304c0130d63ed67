import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadOperations, type OperationPolicy } from '@cda/gateway';
import { AppError } from '@cda/platform/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const modes = ['any', 'scoped', 'listed'] as const;

/**
 * Which operations the gateway takes (OPERATIONS, OPERATIONS_LOG_ONLY), with those of the dashboard and the bot where it is not any.
 * Throws AppError for another value, and where the generated operations are missing.
 */
export async function readOperationPolicy(
  env: Readonly<Record<string, string | undefined>>,
): Promise<OperationPolicy | undefined> {
  const asked = env['OPERATIONS'] || 'any';
  const mode = modes.find((name) => name === asked);
  if (!mode) {
    throw new AppError(
      'CONFIG_INVALID',
      `OPERATIONS is "${asked}", which is none of its values.`,
      `Choose from ${modes.join(', ')}.`,
    );
  }
  if (mode === 'any') return undefined;
  const files = ['web', 'bot'].map((client) => join(root, client, 'src/generated/graphql.ts'));
  const missing = files.find((file) => !existsSync(file));
  if (missing) {
    throw new AppError(
      'CONFIG_INVALID',
      `OPERATIONS=${mode} needs ${missing}, which is not there.`,
      'Make it with: npm run generate',
    );
  }
  return { mode, listed: await loadOperations(files), logOnly: env['OPERATIONS_LOG_ONLY'] === '1' };
}
