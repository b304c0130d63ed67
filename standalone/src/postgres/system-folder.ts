import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';

const name = 'customer-data-analytics';

/**
 * A folder that root owns, that every user can enter and only root can write: `/var/lib/customer-data-analytics`, or
 * one in the temporary folder where `/var/lib` is read-only. Whoever finds it owned or writable by another refuses it,
 * since programs are run from there.
 */
export function systemFolder(): string {
  const candidates = [join('/var/lib', name), join(tmpdir(), name)];
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      accessSync(folder, constants.W_OK);
      const status = lstatSync(folder);
      if (status.isDirectory() && status.uid === 0 && (status.mode & 0o022) === 0 && (status.mode & 0o005) === 0o005) {
        return folder;
      }
    } catch {
      // Read-only or not ours: try the next one.
    }
  }
  throw new AppError(
    'FOLDER_UNUSABLE',
    `PostgreSQL can't run as root, and there is no folder that another user could enter (tried ${candidates.join(', ')}).`,
    'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}
