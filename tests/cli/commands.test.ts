import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cda-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as npm does, but that nobody sits before it; settings of this machine do not reach it. */
async function run(args: readonly string[], env: Record<string, string | undefined> = {}) {
  const clean = { DATA_DIR: undefined, DATABASE_URL: undefined, INTERNAL_SECRET: undefined, NODE_ENV: undefined };
  const child = spawn(process.execPath, [resolve('cli/src/main.ts'), ...args], {
    env: { ...process.env, ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number, said };
}

describe('a folder without an installation', () => {
  test.each([['token'], ['keys list'], ['erase --yes C1'], ['train'], ['replay'], ['doctor'], ['export-lists']])(
    'is not made into one by %s',
    async (command) => {
      const typo = join(folder, 'typo');
      const { code, said } = await run([...command.split(' '), '--data-dir', typo]);
      expect(said).toContain(`There is no installation in ${typo}.`);
      expect(said).toContain('--data-dir');
      expect(said).not.toMatch(/^ {4}at /m);
      expect(code).toBe(1);
      expect(existsSync(typo)).toBe(false);
    },
  );
});

test('a relative data folder counts from where the person stands', async () => {
  mkdirSync(join(folder, 'shop'));
  writeFileSync(join(folder, 'shop', 'secrets.json'), 'no secrets');
  for (const how of [{ args: ['--data-dir', 'shop'] }, { args: [], DATA_DIR: 'shop' }]) {
    const { args, ...env } = how;
    const { said } = await run(['token', ...args], { ...env, CDA_WORKING_FOLDER: folder });
    expect(said).toContain(`${join(folder, 'shop', 'secrets.json')} is not a readable secrets file.`);
  }
});

test.each([
  ['doctor --quarantine many', '--quarantine takes a number'],
  ['erase --yes --mode gently C1', 'There is no --mode gently.'],
  ['erase --yes --afterwards never C1', 'There is no --afterwards never.'],
  ['erase --yes C1 ', 'An id is empty.'],
])('“%s” is refused with what it could be', async (command, message) => {
  const { code, said } = await run(command.split(' '));
  expect(said).toContain(message);
  expect(said.trim().split('\n')).toHaveLength(2);
  expect(code).toBe(1);
});

test.each([
  ['import', 'Usage: npm run import -- [options] <file>'],
  ['keys create', 'Usage: npm run keys -- create [options]'],
])('the usage of %s has the two dashes without which npm keeps the options', async (command, usage) => {
  const { code, said } = await run([...command.split(' '), '--help']);
  expect(said.split('\n')[0]).toBe(usage);
  expect(code).toBe(0);
});

test('a mistyped id is not erased; one of refused events only is, where that is meant', async () => {
  await using database = await createTestDatabase(emptyShop);
  const pool = createPool(roleUrl(database.url, testSecret, 'cda_analytics'), { name: 'test' });
  await acceptEvents(pool, [{ type: 'track', event: 'Hello', messageId: '1', userId: 'ann' }], {
    source: 'test',
    currency: 'EUR',
    mayChangeCatalogue: true,
  });
  const admin = createPool(database.url, { name: 'test', max: 1 });
  const erased = async () => (await admin.query('SELECT people FROM events.erasure')).rows;
  const erase = (...args: string[]) =>
    run(['erase', '--yes', '--data-dir', folder, ...args], {
      DATABASE_URL: database.url,
      INTERNAL_SECRET: testSecret,
    });
  try {
    expect(await erase('ann', 'anm')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^Nobody is known by anm. Nothing was erased.\n.*--unknown/),
    });
    expect(await erased()).toEqual([]);
    expect(await erase('ann')).toMatchObject({ code: 0, said: expect.stringContaining('1 erased') });
    expect(await erase('--unknown', 'anm')).toMatchObject({ code: 0 });
    expect(await erased()).toHaveLength(2);
  } finally {
    await Promise.all([pool.end(), admin.end()]);
  }
});
