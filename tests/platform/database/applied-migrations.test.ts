import { checkApplied, migrationHash } from '@cda/platform/database/applied-migrations.ts';
import { describe, expect, test } from 'vitest';

const text = 'CREATE TABLE a (b int);\n-- as it was released\n';

describe('the hash of a migration', () => {
  test('does not depend on what ends the lines', () => {
    expect(migrationHash(text.replaceAll('\n', '\r\n'))).toBe(migrationHash(text));
  });

  test('tells every edit, however small', () => {
    for (let at = 0; at < text.length; at++) {
      const edited = `${text.slice(0, at)}~${text.slice(at + 1)}`;
      const applied = [{ name: '001', hash: migrationHash(text) }];
      expect(() => checkApplied(applied, new Map([['001', edited]]))).toThrow(/was edited since: 001/);
    }
  });
});
