import { hashPassword, verifyPassword } from '@cda/platform/auth/passwords.ts';
import { expect, test } from 'vitest';

test('a password is right for its own hash only, and each hash has its own salt', async () => {
  const [one, two] = await Promise.all([hashPassword('right horse'), hashPassword('right horse')]);
  expect(one).not.toBe(two);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await verifyPassword('right horse', one)).toBe(true);
  expect(await verifyPassword('right horse', two)).toBe(true);
  expect(await verifyPassword('wrong horse', one)).toBe(false);
  expect(await verifyPassword('', one)).toBe(false);
});

test('without a hash no password is right, an empty one included', async () => {
  for (const stored of [null, undefined, '', 'plain', '$argon2id$v=19$m=1,t=1,p=1$$']) {
    expect(await verifyPassword('', stored)).toBe(false);
    expect(await verifyPassword('anything', stored)).toBe(false);
  }
});

test('letters that look the same and are written differently are the same password', async () => {
  expect(await verifyPassword('e\u0301cole', await hashPassword('\u00e9cole'))).toBe(true);
});
