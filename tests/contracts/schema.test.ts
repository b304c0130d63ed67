import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { buildASTSchema, buildSchema, Kind, type ObjectTypeDefinitionNode, parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { contractFaults, contractFile, riskyChanges, undatedDeprecations } from '../../schema/contract.ts';
import { changelogEntry } from '../../schema/release.ts';

const released = `
  type Query { shop: Shop  customers(first: Int = 20): [Customer!]  anything: Result }
  type Shop { name: String! currency: String! }
  type Customer { id: ID! name: String band: Band }
  enum Band { LOW HIGH }
  union Result = Shop | Customer
  input Range { gte: Int lte: Int }
`;

const changed = (from: string | RegExp, to: string): string => released.replace(from, to);

const faultsOf = (current: string, exceptions: unknown[] = []): string[] =>
  contractFaults(released, current, JSON.stringify(exceptions));

describe('what was released', () => {
  test.each([
    ['a field that is gone', changed('currency: String!', ''), 'Breaks clients: Shop.currency was removed.'],
    [
      'a type that is gone',
      changed('| Customer', '').replace('type Customer', 'type Buyer').replace('[Customer!]', '[Buyer!]'),
      'Breaks clients: Customer was removed.',
    ],
    [
      'a field that may be null now',
      changed('name: String! currency', 'name: String currency'),
      'Breaks clients: Shop.name changed type from String! to String.',
    ],
    [
      'an argument that must be given',
      changed('first: Int = 20', 'first: Int = 20, after: ID!'),
      'Breaks clients: A required arg after on Query.customers was added.',
    ],
    ['an enum value that is gone', changed('LOW HIGH', 'LOW'), 'Breaks clients: HIGH was removed from enum type Band.'],
    [
      'an input field that must be given',
      changed('lte: Int', 'lte: Int step: Int!'),
      'Breaks clients: A required field step on input type Range was added.',
    ],
    [
      'an enum value that clients do not know',
      changed('LOW HIGH', 'LOW HIGH HIGHER'),
      'May break clients: HIGHER was added to enum type Band.',
    ],
    [
      'another default',
      changed('Int = 20', 'Int = 10'),
      'May break clients: Query.customers arg first has changed defaultValue from 20 to 10.',
    ],
    [
      'another member of a union',
      `${changed('= Shop |', '= Shop | Word |')} type Word { text: String }`,
      'May break clients: Word was added to union type Result.',
    ],
  ])('%s is told in one sentence', (_name, current, sentence) => {
    expect(faultsOf(current)).toContain(sentence);
  });

  test('fields, types, arguments and input fields that may be left out are added freely', () => {
    const grown = changed('name: String! currency', 'name: String! city: City currency')
      .replace('first: Int = 20', 'first: Int = 20, city: ID')
      .replace('lte: Int', 'lte: Int step: Int');
    expect(faultsOf(`${grown} type City { name: String }`)).toEqual([]);
  });

  test('a change that a person let through passes, word for word, and only as long as it is one', () => {
    const change = 'Breaks clients: Shop.currency was removed.';
    const reviewed = { change, reason: 'Nobody ever asked for it.', date: '2026-11-23', reviewer: 'A. Reviewer' };
    expect(faultsOf(changed('currency: String!', ''), [reviewed])).toEqual([]);
    expect(faultsOf(released, [reviewed])).toEqual([
      `schema/exceptions.json lets a change through that is none any more: "${change}".`,
    ]);
    for (const lacks of ['change', 'reason', 'date', 'reviewer']) {
      expect(() => faultsOf(released, [{ ...reviewed, [lacks]: undefined }])).toThrow(lacks);
    }
    expect(() => faultsOf(released, [{ ...reviewed, date: 'last week' }])).toThrow('date');
  });

  test('a deprecation says since when and why', () => {
    const deprecated = (reason: string) =>
      undatedDeprecations(changed('name: String! currency', `name: String! @deprecated${reason} currency`));
    expect(deprecated('')).toHaveLength(1);
    expect(deprecated('(reason: "old")')[0]).toMatch(/^Shop\.name is deprecated without/);
    expect(deprecated('(reason: "2026-11-23: use displayName instead")')).toEqual([]);
    expect(undatedDeprecations('enum Band { LOW HIGH @deprecated }')[0]).toMatch(/^Band\.HIGH/);
    expect(undatedDeprecations('type Query { a(b: Int @deprecated): Int }')[0]).toMatch(/^Query\.a\.b/);
  });
});

test('the committed graph keeps what was released, and its deprecations are dated', () => {
  expect(
    contractFaults(
      ...(['released.graphql', 'api.graphql', 'exceptions.json'].map(contractFile) as [string, string, string]),
    ),
  ).toEqual([]);
  // The same as the step of `npm run check` sees it.
  const { status, stderr } = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../schema/contract.ts')], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('taking any field of the real graph away would be seen', () => {
  const real = buildSchema(contractFile('released.graphql'));
  const customer = parse(contractFile('released.graphql')).definitions.find(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Customer',
  ) as ObjectTypeDefinitionNode;
  for (const { name } of customer.fields ?? []) {
    const without = visit(parse(contractFile('released.graphql')), {
      ObjectTypeDefinition: (node) =>
        node.name.value === 'Customer'
          ? { ...node, fields: node.fields?.filter((field) => field.name.value !== name.value) }
          : undefined,
    });
    expect(riskyChanges(real, buildASTSchema(without, { assumeValid: true }))).toContain(
      `Breaks clients: Customer.${name.value} was removed.`,
    );
  }
});

test('a release without a change says so', () => {
  const same = buildSchema(released);
  expect(changelogEntry('0.3.0', same, same, [])).toBe('## 0.3.0\nNothing that a client can see.\n');
});

test('a release says what is new, what is deprecated and what was let through', () => {
  const current = changed(
    'currency: String!',
    'currency: String! @deprecated(reason: "2026-11-23: use money instead") money: Money',
  ).replace('first: Int = 20', 'first: Int = 20, city: ID');
  const entry = changelogEntry(
    '0.2.0 (2026-11-23)',
    buildSchema(released),
    buildSchema(`${current} type Money { amount: Int }`),
    [
      {
        change: 'Breaks clients: X was removed.',
        reason: 'It was never filled.',
        date: '2026-11-22',
        reviewer: 'A. Reviewer',
      },
    ],
  );
  expect(entry).toBe(`## 0.2.0 (2026-11-23)

### Changed, after review
- Breaks clients: X was removed. It was never filled. (A. Reviewer, 2026-11-22)

### Deprecated
- \`Shop.currency\`: 2026-11-23: use money instead

### Added
- \`Money\`
- \`Query.customers(city:)\`
- \`Shop.money\`
`);
});
