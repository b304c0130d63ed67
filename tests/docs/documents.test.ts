import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
  .stdout.split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const all = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));

const documents = all(/\.md$/).filter((file) => file !== 'schema/CHANGELOG.md');
/** What a document says now; a decision tells of the day when it was taken. */
const manuals = documents.filter((file) => !file.startsWith('docs/adr/'));
const schema = buildSchema(read('schema/api.graphql'));
const code = all(/^(?!docs\/|tests\/|schema\/released).*\.(ts|tsx|mjs|sql|graphql|ya?ml|json|example)$/)
  .filter((file) => file !== 'package-lock.json')
  .map(read)
  .join('\n');

/** Blocks of code of a document by their language, and its text with what stands between single backticks. */
function partsOf(document: string): { blocks: { language: string; text: string }[]; spans: string[] } {
  const text = read(document);
  const blocks = [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].map(([, language = '', block = '']) => ({
    language,
    text: block,
  }));
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  return { blocks, spans: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span) };
}

/** The place of a heading, as a link of GitHub names it. */
const anchorsOf = (document: string): string[] =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(documents)('%s', (document) => {
  test('links to files, folders and headings that are there', () => {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      expect(existsSync(join(root, file)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
    }
  });
});

describe.each(manuals)('%s', (document) => {
  const { blocks, spans } = partsOf(document);

  test('names files and folders that are there', () => {
    const tops = new Set(files.map((file) => file.split('/')[0]));
    const roots = ['', 'deploy/kubernetes', 'subgraphs/users/src', 'subgraphs/recommendations/src', 'platform/src'];
    const named = [...spans, ...blocks.flatMap(({ text }) => text.split(/\s+/))]
      .map((word) => word.replace(/[:,;.]$/, ''))
      .filter((word) => /^[\w@.-]+(\/[\w@.-]+)+\/?$/.test(word) && tops.has(word.split('/')[0]))
      // A thing of kubectl, no folder of ours.
      .filter((word) => !/^deploy\/(users|worker|bot)$/.test(word));
    // A recipe says how a file is to be called that is not there yet.
    for (const path of named.filter((word) => !word.includes('best-sellers')))
      expect(
        roots.some((folder) => existsSync(join(root, folder, path))) || existsSync(join(root, `${path}.test.ts`)),
        path,
      ).toBe(true);
  });

  test('names files of a subgraph that are there', () => {
    const [, subgraph = '*'] = /^# .*`(\w+)\.[\w-]+`/.exec(read(document)) ?? [];
    const folders = subgraph === '*' ? ['users', 'products', 'recommendations', 'analytics'] : [subgraph];
    for (const path of spans.filter((span) =>
      /^(ml|features|models|projections|loaders|resolvers|entities)\/[\w-]+\.ts$/.test(span),
    ))
      expect(
        [...folders.map((name) => `subgraphs/${name}/src`), 'platform/src'].some((folder) =>
          existsSync(join(root, folder, path)),
        ),
        path,
      ).toBe(true);
  });

  test('gives commands that npm knows', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of read(document).matchAll(/npm run (?:--silent )?([\w-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  test('gives options that the command takes', () => {
    const said = [...spans, ...blocks.flatMap(({ text }) => text.split('\n'))];
    for (const [, task = '', rest = ''] of said.flatMap((line) => [
      ...line.matchAll(/npm (?:run (?:--silent )?)?([\w-]+) -- ([^|)]*)/g),
    ])) {
      const source = task === 'start' || task === 'services' ? 'standalone/src/start-options.ts' : commandOf(task);
      if (source === undefined) continue;
      for (const option of [...read(source).matchAll(/requiredOption\(\s*'(--\w+)/g)].map(([, name = '']) => name))
        if (rest.startsWith('create')) expect(rest, `${task} ${rest}`).toContain(option);
      for (const [option] of rest.matchAll(/(?<= |^)--[a-z-]+/g))
        expect(read(source), `${task} ${option}`).toContain(option);
    }
  });

  test('asks what the graph answers', () => {
    const asked = [
      ...blocks.filter(({ language }) => language === 'graphql').map(({ text }) => text),
      ...blocks.flatMap(({ text }) =>
        [...text.matchAll(/"query": ?"((?:[^"\\]|\\.|\n)*)"/g)].map(([, query = '']) => query),
      ),
      ...blocks.flatMap(({ text }) => [...text.matchAll(/query: '([^']+)'/g)].map(([, query = '']) => query)),
      ...spans.filter((span) => /^(query|mutation|subscription) \{.*\}$/.test(span) && !span.includes(' name, role ')),
    ];
    for (const text of asked) {
      for (const definition of parse(text).definitions) {
        const operation = { kind: 'Document' as const, definitions: [definition] };
        expect(validate(schema, operation as ReturnType<typeof parse>), text).toEqual([]);
      }
    }
  });

  test('names fields that the graph has', () => {
    for (const [, typeName = '', field = ''] of spans.flatMap((span) => [...span.matchAll(/^([A-Z]\w+)\.(\w+)/g)])) {
      const type = schema.getType(typeName);
      if (isObjectType(type) || isInterfaceType(type))
        expect(type.getFields(), `${typeName}.${field}`).toHaveProperty(field);
      else if (isEnumType(type)) expect(type.getValues().map(({ name }) => name)).toContain(field);
    }
    for (const [, typeName = '', field = '', below = ''] of spans.flatMap((span) => [
      ...span.matchAll(/^([A-Z]\w+)\.(\w+)(?:\([^)]*\))? \{ ([\w ]+) \}/g),
    ])) {
      const type = schema.getType(typeName);
      const answer = isObjectType(type) ? getNamedType(type.getFields()[field]?.type) : undefined;
      if (isObjectType(answer))
        expect(Object.keys(answer.getFields())).toEqual(expect.arrayContaining(below.split(' ')));
    }
  });

  test('names settings, codes and figures that the code has', () => {
    for (const [name] of spans.flatMap((span) => [...span.matchAll(/\b[A-Z][A-Z0-9]+(_[A-Z0-9]+)+\b/g)])) {
      // What OpenTelemetry reads by itself, and what the reader's own bot is called.
      if (!name.startsWith('OTEL_') && name !== 'YOUR_BOT')
        expect(code.includes(name) || read('deploy/env.example').includes(name) || inTests(name), name).toBe(true);
    }
    for (const [name] of spans.flatMap((span) => [...span.matchAll(/\bcda_[a-z0-9_]+\b/g)])) {
      expect(knownFigure(name), name).toBe(true);
    }
  });
});

const inTests = (name: string): boolean => all(/^tests\/.*\.ts$/).some((file) => read(file).includes(name));

/** Figures of the process get their prefix from the library that counts them. */
const knownFigure = (name: string): boolean =>
  code.includes(name) || code.includes(name.replace(/^cda_/, '')) || /^cda_(nodejs|process)_/.test(name);

function commandOf(task: string): string | undefined {
  const file = `cli/src/commands/${task}.ts`;
  return existsSync(join(root, file)) ? file : undefined;
}

test('each code that the gateway answers with is explained', () => {
  const sources = all(/^gateway\/src\/.*\.ts$/)
    .map(read)
    .join('\n');
  const [, publicCodes = ''] = /publicCodes[^[]*\[([^\]]*)\]/.exec(sources) ?? [];
  const codes = new Set([
    ...[...publicCodes.matchAll(/'(\w+)'/g)].map(([, code = '']) => code),
    ...[...sources.matchAll(/new HttpError\(\s*\d+,\s*'(\w+)'/g)].map(([, code = '']) => code),
  ]);
  expect(codes.size).toBeGreaterThan(20);
  const page = read('docs/access.md');
  expect([...codes].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

describe('settings', () => {
  /** Set by npm, by the desktop or by ourselves; not for a person to set. */
  const internal = [
    'APOLLO_TELEMETRY_DISABLED',
    'INIT_CWD',
    'PATH',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'CDA_WORKING_FOLDER',
    'CDA_SERVE',
    'CDA_WORKER',
  ];

  test('that the product reads are told of', () => {
    const sources = all(/^(platform|standalone|gateway|bot|cli|scripts|web|bench)\/.*\.(ts|mjs)$/);
    const names = new Set(
      sources.flatMap((file) => [
        ...[...read(file).matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name),
        ...[...read(file).matchAll(/^ +([A-Z][A-Z0-9_]{2,}): (?:z\.|address|database|redis|responseCacheMb)/gm)].map(
          ([, name = '']) => name,
        ),
      ]),
    );
    expect(names.size).toBeGreaterThan(40);
    const told = manuals.map(read).join('\n') + read('standalone/src/start-options.ts').replaceAll(/env\['\w+'\]/g, '');
    expect([...names].filter((name) => !internal.includes(name) && !new RegExp(`\\b${name}\\b`).test(told))).toEqual(
      [],
    );
  });
});

test('the README names each package that is under another licence than free ones', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { license?: string }> };
  const restricted = Object.entries(packages).flatMap(([path, { license = '' }]) =>
    /elastic|busl|sspl|commons|gpl|commercial|unlicensed/i.test(license) ? path.replace(/^.*node_modules\//, '') : [],
  );
  expect(restricted).toContain('@apollo/gateway');
  const readme = read('README.md');
  expect(restricted.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('each decision has a number of its own, one after the other', () => {
  const numbers = all(/^docs\/adr\//).map((file) => Number(file.slice('docs/adr/'.length, 'docs/adr/'.length + 4)));
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
});

test('each document and picture can be reached from another', () => {
  const linked = new Set(
    documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => join(dirname(document), target)),
    ),
  );
  const reachable = (file: string): boolean =>
    linked.has(file) ||
    [...linked].some((target) => file.startsWith(`${target.replace(/\/$/, '')}/`) && existsSync(join(root, target)));
  expect(all(/^docs\//).filter((file) => !reachable(file))).toEqual([]);
});
