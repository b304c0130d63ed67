import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { createTestDatabase, type TestTemplate } from './postgres-fixture.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a test database starts empty and is gone after its test', async () => {
  let name: string;
  {
    await using database = await createTestDatabase();
    name = database.name;
    await query(database.url, 'CREATE TABLE mine ()');
  }
  expect(await query(inject('postgresUrl'), `SELECT 1 FROM pg_database WHERE datname = '${name}'`)).toEqual([]);
});

test('a template is prepared once, and its copies do not see each other', async () => {
  let prepared = 0;
  const template: TestTemplate = {
    name: 'fixture',
    async prepare(url) {
      prepared++;
      await query(url, 'CREATE TABLE state AS SELECT 1 AS value');
    },
  };
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase(template)));
  await query(databases[0]!.url, 'UPDATE state SET value = 2');
  expect(await query(databases[1]!.url, 'SELECT value FROM state')).toEqual([{ value: 1 }]);
  expect(prepared).toBe(1);
  for (const database of databases) await database[Symbol.asyncDispose]();
});

test('a template whose preparation fails leaves nothing that a later test would take for finished', async () => {
  const failing: TestTemplate = { name: 'half_done', prepare: () => Promise.reject(new Error('half-way')) };
  await expect(createTestDatabase(failing)).rejects.toThrow('half-way');
  expect(await query(inject('postgresUrl'), "SELECT 1 FROM pg_database WHERE datname LIKE '%half_done%'")).toEqual([]);
});
