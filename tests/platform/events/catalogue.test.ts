import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventCatalogue } from '@cda/platform/events/catalogue.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const path = resolve(import.meta.dirname, '../../../docs/events.md');
const begin = '<!-- catalogue -->';
const end = '<!-- /catalogue -->';

function fieldsOf(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.keys(properties)
    .map((name) => (required.includes(name) ? `**${name}**` : name))
    .join(', ');
}

/** The table of the documentation, from the catalogue itself. */
const table = (): string =>
  [
    '| event | version | GA4 name | fields (needed ones in bold; others are kept as they are) | feeds |',
    '|---|---|---|---|---|',
    ...eventCatalogue.map(
      ({ name, version, ga4, properties, feeds }) =>
        `| ${name} | ${version} | ${(ga4 ?? []).join(', ')} | ${fieldsOf(properties)} | ${feeds} |`,
    ),
  ].join('\n');

describe('the event catalogue', () => {
  test('stands in docs/events.md as it is (UPDATE_DOCS=1 writes it anew)', () => {
    const text = readFileSync(path, 'utf8');
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    if (process.env['UPDATE_DOCS']) writeFileSync(path, `${text.slice(0, from)}\n${table()}\n${text.slice(to)}`);
    else expect(text.slice(from, to).trim()).toBe(table());
  });

  test('names each event once, GA4 aliases included', () => {
    const names = eventCatalogue.flatMap(({ name, ga4 }) => [name, ...(ga4 ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  });
});
