import { createCode, createKey, hashOfSecret, kindOfKey, sameSecret } from '@cda/platform/auth/keys.ts';
import { expect, test } from 'vitest';

test('a key tells its kind by its prefix, and nothing else passes for one', () => {
  expect(['API', 'WRITE', 'BOT'].map((kind) => kindOfKey(createKey(kind as never)))).toEqual(['API', 'WRITE', 'BOT']);
  for (const text of [
    '',
    'cda_api_',
    `cda_xx_${'a'.repeat(43)}`,
    `${createKey('API')}x`,
    ` ${createKey('API')}`,
    'a.b.c',
  ]) {
    expect(kindOfKey(text)).toBeUndefined();
  }
});

test('keys and codes do not repeat', () => {
  const made = new Set(Array.from({ length: 1_000 }, () => [createKey('API'), createCode(), createCode(10)]).flat());
  expect(made.size).toBe(3_000);
});

test('a code to type has only letters and digits that are not mistaken for others', () => {
  for (let i = 0; i < 200; i++) expect(createCode(10)).toMatch(/^[2-9A-HJ-NP-Z]{10}$/);
});

test('a hash is the same for the same secret only, and does not hold it', () => {
  const key = createKey('API');
  expect(hashOfSecret(key)).toBe(hashOfSecret(key));
  expect(hashOfSecret(key)).not.toBe(hashOfSecret(createKey('API')));
  expect(hashOfSecret(key)).not.toContain(key.slice(8, 20));
  expect([sameSecret(key, key), sameSecret(key, `${key}x`), sameSecret(key, '')]).toEqual([true, false, false]);
});
