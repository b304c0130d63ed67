import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../standalone/src/make-folder.ts';

describe('making a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cda-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('makes those above it too, and tells the topmost one that it made', async () => {
    expect(await makeFolder(join(folder, 'a/b/c'), 0o700)).toBe(join(folder, 'a'));
    expect((await stat(join(folder, 'a/b/c'))).mode & 0o777).toBe(0o700);
  });

  test('leaves a folder that stands alone', async () => {
    expect(await makeFolder(folder)).toBeUndefined();
  });

  test('refuses a path on which a file stands', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test.skipIf(!existsSync('/proc/self'))('ends where every new name is said to be missing', async () => {
    await expect(makeFolder('/proc/none-such/below')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
