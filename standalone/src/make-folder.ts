import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing, and returns the topmost one that it made, undefined where all stood.
 * Node's own recursive `mkdir` never ends where a file system says of every new name that it is missing, as /proc does.
 */
export async function makeFolder(path: string, mode?: number): Promise<string | undefined> {
  const folder = resolve(path);
  const made = await makeOne(folder, mode);
  if (made !== 'no parent') return made === 'made' ? folder : undefined;
  const first = await makeFolder(dirname(folder), mode);
  await makeOne(folder, mode);
  return first ?? folder;
}

async function makeOne(folder: string, mode?: number): Promise<'made' | 'stood' | 'no parent'> {
  try {
    await mkdir(folder, { mode });
    return 'made';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !existsSync(dirname(folder))) return 'no parent';
    // Some read-only file systems refuse before they look whether the folder stands.
    const stands = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (stands) return 'stood';
    throw error;
  }
}
