import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { ExampleIds, examples, readers } from '../../../web/src/playground/examples.ts';

const schema = buildSchema(readFileSync(resolve(import.meta.dirname, '../../../schema/api.graphql'), 'utf8'));

test.each([...examples.map(({ name, query }) => ({ name, query })), { name: 'ExampleIds', query: ExampleIds }])(
  'the example $name fits the graph, and its operation is called so',
  ({ name, query }) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    expect(document.definitions.map((definition) => 'name' in definition && definition.name?.value)).toEqual([name]);
  },
);

test('everybody finds examples for what they do, each name is there once', () => {
  for (const reader of readers)
    expect(examples.filter((example) => example.reader === reader).length).toBeGreaterThan(2);
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
});
