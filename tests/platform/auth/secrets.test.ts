import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueAccessToken, verifyAccessToken } from '@cda/platform/auth/access-token.ts';
import { createKey } from '@cda/platform/auth/keys.ts';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cda-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const secret = () => randomBytes(32).toString('base64');
const privatePem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const admin = { subject: 'operator:ADMIN', role: 'ADMIN' } as const;

describe('a data folder', () => {
  test('gets secrets that only its owner can read, and keeps them', async () => {
    const first = await loadSecrets({ dataDir, env: {} });
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    const second = await loadSecrets({ dataDir, env: {} });
    expect([second.internalSecret, second.botKey, second.access.jwks]).toEqual([
      first.internalSecret,
      first.botKey,
      first.access.jwks,
    ]);
    const { token } = await issueAccessToken(first.access, admin);
    expect(await verifyAccessToken(second.access, token)).toMatchObject(admin);
  });

  test('has its own: a token of another installation does not hold', async () => {
    const here = await loadSecrets({ dataDir, env: {} });
    const other = await mkdtemp(join(tmpdir(), 'cda-secrets-'));
    const there = await loadSecrets({ dataDir: other, env: {} });
    await rm(other, { recursive: true });
    const { token } = await issueAccessToken(there.access, admin);
    expect(await verifyAccessToken(here.access, token)).toBeUndefined();
  });

  test('with a broken secrets file is refused with the remedy, and the file is left alone', async () => {
    for (const text of ['{"internalSecret": 1}', 'no json', '']) {
      await writeFile(join(dataDir, 'secrets.json'), text);
      await expect(loadSecrets({ dataDir, env: {} })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      expect(await readFile(join(dataDir, 'secrets.json'), 'utf8')).toBe(text);
    }
  });
});

describe('the environment', () => {
  test('wins over the file', async () => {
    await loadSecrets({ dataDir, env: {} });
    const env = { INTERNAL_SECRET: secret(), BOT_KEY: createKey('BOT') };
    const loaded = await loadSecrets({ dataDir, env });
    expect([loaded.internalSecret, loaded.botKey]).toEqual([env.INTERNAL_SECRET, env.BOT_KEY]);
  });

  test('a process with public keys only checks tokens and makes none', async () => {
    const env = { INTERNAL_SECRET: secret(), JWT_PRIVATE_KEY: privatePem() };
    const users = await loadSecrets({ env, production: true });
    const gateway = await loadSecrets({
      env: { INTERNAL_SECRET: env.INTERNAL_SECRET, JWT_PUBLIC_KEYS: JSON.stringify(users.access.jwks) },
      production: true,
    });
    expect(gateway.access.signing).toBeUndefined();
    const { token } = await issueAccessToken(users.access, admin);
    expect(await verifyAccessToken(gateway.access, token)).toMatchObject(admin);
    await expect(issueAccessToken(gateway.access, admin)).rejects.toThrow('JWT_PRIVATE_KEY');
  });

  test('keys are changed without a break: the old one still checks, the new one signs', async () => {
    const before = await loadSecrets({ env: { INTERNAL_SECRET: secret(), JWT_PRIVATE_KEY: privatePem() } });
    const { token: old } = await issueAccessToken(before.access, admin);
    const after = await loadSecrets({
      env: {
        INTERNAL_SECRET: before.internalSecret,
        JWT_PRIVATE_KEY: privatePem(),
        JWT_PUBLIC_KEYS: JSON.stringify(before.access.jwks),
      },
    });
    expect(await verifyAccessToken(after.access, old)).toMatchObject(admin);
    const { token } = await issueAccessToken(after.access, admin);
    expect(await verifyAccessToken(after.access, token)).toMatchObject(admin);
    expect(await verifyAccessToken(before.access, token)).toBeUndefined();
  });

  test.each([
    ['nothing', {}],
    ['a short secret', { INTERNAL_SECRET: 'short', JWT_PRIVATE_KEY: privatePem() }],
    ['a demo secret', { INTERNAL_SECRET: `demo-${secret()}`, JWT_PRIVATE_KEY: privatePem() }],
    [
      'a demo key of the bot',
      { INTERNAL_SECRET: secret(), JWT_PRIVATE_KEY: privatePem(), BOT_KEY: `cda_bot_demo${'x'.repeat(39)}` },
    ],
    ['a bot key of another form', { INTERNAL_SECRET: secret(), JWT_PRIVATE_KEY: privatePem(), BOT_KEY: 'bot' }],
    ['no token key', { INTERNAL_SECRET: secret() }],
    [
      'a token key of another kind',
      {
        INTERNAL_SECRET: secret(),
        JWT_PRIVATE_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' })
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
    ],
    ['a text that is no key', { INTERNAL_SECRET: secret(), JWT_PRIVATE_KEY: 'key' }],
  ])('production refuses %s, in a sentence with its remedy that holds no secret', async (_name, env) => {
    const refusal = await loadSecrets({ env, production: true }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'CONFIG_INVALID', remedy: expect.stringMatching(/\w/) });
    for (const value of Object.values(env)) {
      if (value.length > 10)
        expect(`${(refusal as Error).message}${(refusal as { remedy: string }).remedy}`).not.toContain(value);
    }
  });

  test('production makes nothing up in an empty data folder', async () => {
    await expect(loadSecrets({ dataDir, env: {}, production: true })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(stat(join(dataDir, 'secrets.json'))).rejects.toThrow('ENOENT');
  });
});
