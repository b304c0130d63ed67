import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** A small project with the real scripts, whose generators only count how often they run. */
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'cda-scripts-test-'));
  cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true });
  put('package.json', JSON.stringify({ name: 'small', dependencies: { node: process.versions.node } }));
  put('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'small' } } }));
  put('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  put(
    'schema/compose.ts',
    counting('compose', "writeFileSync('schema/supergraph.graphql', 'x'); writeFileSync('schema/api.graphql', 'x');"),
  );
  put('node_modules/@graphql-codegen/cli/package.json', JSON.stringify({ bin: { 'graphql-codegen': 'bin.mjs' } }));
  put(
    'node_modules/@graphql-codegen/cli/bin.mjs',
    counting(
      'types',
      "mkdirSync('web/src/generated', { recursive: true }); writeFileSync('web/src/generated/graphql.ts', 'x');",
    ),
  );
  put('subgraphs/users/src/schema/customer.graphql', 'type Customer { id: ID! }');
  put('web/src/query.ts', 'export {}');
  put(
    'cli/src/main.ts',
    "console.log(JSON.stringify({ args: process.argv.slice(2), telemetry: process.env['APOLLO_TELEMETRY_DISABLED'] }));",
  );
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function counting(name: string, work: string): string {
  return `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'; appendFileSync('${name}.count', '1'); void mkdirSync; ${work}`;
}

function count(name: string): number {
  try {
    return readFileSync(join(project, `${name}.count`), 'utf8').length;
  } catch {
    return 0;
  }
}

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, 'scripts/run.mjs'), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

test('a task gets its arguments, and nothing of Apollo may report home', () => {
  const { status, stdout } = run(['token', '--role', 'ADMIN']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ args: ['token', '--role', 'ADMIN'], telemetry: '1' });
});

test('generated files are made once, and again only when what they come from or they themselves changed', () => {
  run(['token']);
  run(['token']);
  expect([count('compose'), count('types')]).toEqual([1, 1]);
  put('web/src/query.ts', 'export const changed = true;');
  run(['token']);
  expect([count('compose'), count('types')]).toEqual([1, 2]);
  put('subgraphs/users/src/schema/customer.graphql', 'type Customer { id: ID! name: String }');
  run(['token']);
  expect([count('compose'), count('types')]).toEqual([2, 3]);
  unlinkSync(join(project, 'web/src/generated/graphql.ts'));
  run(['token']);
  expect([count('compose'), count('types')]).toEqual([2, 4]);
});

test('a generator that fails stops the task, and is tried again by the next one', () => {
  put('schema/compose.ts', "console.error('The subgraphs do not compose'); process.exit(1);");
  const first = run(['token']);
  expect(first).toMatchObject({ status: 1, stdout: '' });
  expect(first.stderr).toContain('The subgraphs do not compose');
  put('schema/compose.ts', counting('compose', ''));
  expect(run(['token']).status).toBe(0);
  expect(count('compose')).toBe(1);
});

test('a task without options does nothing where some are given, and says what it is for where it is asked', () => {
  for (const args of [
    ['generate', '--help'],
    ['check', '-h'],
    ['test', '--help'],
  ]) {
    expect(run(args)).toMatchObject({ status: 0, stdout: expect.stringContaining(`Usage: npm run ${args[0]}`) });
  }
  expect(run(['generate', '--forced'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('takes no options, and "--forced" was given'),
  });
  expect(count('compose')).toBe(0);
});

test('the exit code of the program is the exit code of the task', () => {
  put('cli/src/main.ts', 'process.exit(7);');
  expect(run(['token']).status).toBe(7);
});

test('an installation without a network ends with a sentence, not with a stack', () => {
  const entry = {
    version: '1.3.0',
    integrity: 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==',
  };
  put(
    'package-lock.json',
    JSON.stringify({
      name: 'small',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'small', dependencies: { 'left-pad': '1.3.0' } }, 'node_modules/left-pad': entry },
    }),
  );
  put('package.json', JSON.stringify({ name: 'small', dependencies: { 'left-pad': '1.3.0' } }));
  const { status, stderr } = run(['token'], {
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: join(project, 'cache'),
    npm_config_fetch_retries: '0',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('installing 1 packages');
  expect(stderr).toContain('the npm registry can not be reached');
  expect(stderr).not.toMatch(/^\s+at .*mjs/m);
});
