import { createIdentitySigner, createIdentityVerifier } from '@cda/platform/auth/internal-identity.ts';
import { expect, test } from 'vitest';

const secret = 'an internal secret that is long enough for HS256';
const identity = { subject: 'account:1', scopes: ['analytics:read', 'customers:read'], locale: 'RU' } as const;

test('what the gateway signs is what the subgraph reads', async () => {
  const token = await createIdentitySigner(secret)(identity);
  expect(await createIdentityVerifier(secret)(token)).toEqual(identity);
  const none = await createIdentitySigner(secret)({ subject: 'key:1', scopes: [], locale: 'EN' });
  expect(await createIdentityVerifier(secret)(none)).toEqual({ subject: 'key:1', scopes: [], locale: 'EN' });
});

test('a signature is used again for the same identity, never for another one', async () => {
  const sign = createIdentitySigner(secret);
  const token = await sign(identity);
  expect(await sign({ ...identity })).toBe(token);
  expect(await sign({ ...identity, locale: 'EN' })).not.toBe(token);
  expect(await sign({ ...identity, subject: 'account:2' })).not.toBe(token);
  expect(await sign({ ...identity, scopes: ['analytics:read'] })).not.toBe(token);
});

test('an identity ends, also where it was held good before', async () => {
  let now = 1_800_000_000_000;
  const verify = createIdentityVerifier(secret, () => now);
  const token = await createIdentitySigner(secret, () => now)(identity);
  expect(await verify(token)).toEqual(identity);
  now += 80_000;
  expect(await verify(token)).toEqual(identity);
  now += 15_000;
  expect(await verify(token)).toBeUndefined();
});

test('a signature handed out again always has at least half its life before it', async () => {
  let now = 1_800_000_000_000;
  const sign = createIdentitySigner(secret, () => now);
  const verify = createIdentityVerifier(secret, () => now);
  for (let i = 0; i < 20; i++) {
    const token = await sign(identity);
    now += 25_000;
    expect(await verify(token)).toEqual(identity);
  }
});

test('nothing, garbage and signatures of others are nobody', async () => {
  const verify = createIdentityVerifier(secret);
  const foreign = await createIdentitySigner(`${secret}!`)(identity);
  for (const header of [undefined, '', 'x', 'a.b.c', foreign, `${foreign}x`])
    expect(await verify(header)).toBeUndefined();
});

test('what was verified cannot be changed by who gets it', async () => {
  const verify = createIdentityVerifier(secret);
  const token = await createIdentitySigner(secret)(identity);
  const first = await verify(token);
  expect([Object.isFrozen(first), Object.isFrozen(first?.scopes)]).toEqual([true, true]);
  expect(await verify(token)).toEqual(identity);
});
