/**
 * Releases the graph as it is: `api.graphql` becomes `released.graphql`, what was added stands in `CHANGELOG.md` with the
 * reviewed exceptions, and those end. `node schema/release.ts 0.2.0` names the version; nothing is written where the graph does not hold.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { contractFaults, contractFile, type ReviewedChange, readExceptions } from './contract.ts';

/** Names of everything that a client can write down: types, fields, arguments, input fields, enum values. */
function namesOf(schema: GraphQLSchema): Map<string, string | null | undefined> {
  const names = new Map<string, string | null | undefined>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    names.set(type.name, undefined);
    if (isEnumType(type)) {
      for (const { name, deprecationReason } of type.getValues()) names.set(`${type.name}.${name}`, deprecationReason);
    } else if (isInputObjectType(type)) {
      for (const { name, deprecationReason } of Object.values(type.getFields()))
        names.set(`${type.name}.${name}`, deprecationReason);
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        names.set(`${type.name}.${field.name}`, field.deprecationReason);
        for (const { name, deprecationReason } of field.args)
          names.set(`${type.name}.${field.name}(${name}:)`, deprecationReason);
      }
    }
  }
  return names;
}

/** The entry of one release in `CHANGELOG.md`. */
export function changelogEntry(
  title: string,
  released: GraphQLSchema,
  current: GraphQLSchema,
  exceptions: readonly ReviewedChange[],
): string {
  const before = namesOf(released);
  const now = namesOf(current);
  const added = [...now.keys()]
    .filter((name) => !before.has(name))
    // A new type is named once, not again with each of its fields.
    .filter((name) => {
      const type = name.split('.')[0] as string;
      return name === type || before.has(type);
    });
  const deprecated = [...now].filter(([name, reason]) => reason && before.get(name) !== reason);
  const section = (heading: string, lines: readonly string[]) =>
    lines.length > 0 ? `\n### ${heading}\n${lines.map((line) => `- ${line}\n`).join('')}` : '';
  const sections = [
    section(
      'Changed, after review',
      exceptions.map(({ change, reason, date, reviewer }) => `${change} ${reason} (${reviewer}, ${date})`),
    ),
    section(
      'Deprecated',
      deprecated.map(([name, reason]) => `\`${name}\`: ${reason}`),
    ),
    section(
      'Added',
      added.sort().map((name) => `\`${name}\``),
    ),
  ];
  return `## ${title}\n${sections.join('') || 'Nothing that a client can see.\n'}`;
}

if (import.meta.main) {
  const version = process.argv[2];
  if (!version || !/^\d+\.\d+\.\d+$/.test(version)) {
    console.error('Name the version: npx node schema/release.ts 0.2.0');
    process.exit(1);
  }
  const [released, current, exceptions] = ['released.graphql', 'api.graphql', 'exceptions.json'].map(contractFile) as [
    string,
    string,
    string,
  ];
  const faults = contractFaults(released, current, exceptions);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  const title = `${version} (${new Date().toISOString().slice(0, 10)})`;
  const entry = changelogEntry(title, buildSchema(released), buildSchema(current), readExceptions(exceptions));
  const [head, ...earlier] = contractFile('CHANGELOG.md').split(/^(?=## )/m);
  const write = (name: string, text: string) => writeFileSync(join(import.meta.dirname, name), text);
  write('CHANGELOG.md', [head, entry, ...(earlier.length > 0 ? ['\n', ...earlier] : [])].join(''));
  write('released.graphql', current);
  write('exceptions.json', '[]\n');
  console.log(`Released ${title}. Commit schema/released.graphql, schema/CHANGELOG.md and schema/exceptions.json.`);
}
