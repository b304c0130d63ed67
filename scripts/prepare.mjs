import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressLine } from './progress-line.mjs';
import { withProjectLock } from './project-lock.mjs';
import { commandOf, root } from './root.mjs';
import { captureProgram } from './run-program.mjs';
import { ScriptError } from './script-error.mjs';

/** @typedef {'schema' | 'types' | 'web'} PreparationName */

const subgraphs = ['users', 'products', 'recommendations', 'analytics'];
const sdl = ['platform/src/graph', 'gateway/src/own-graph', ...subgraphs.map((name) => `subgraphs/${name}/src/schema`)];

/**
 * What is made from the sources before a task runs. Each is skipped while its inputs and outputs are what they were when
 * it last ran; `inputs` and `outputs` are files or folders, of which generated ones count only where they are named.
 *
 * @type {Record<PreparationName, { title: string, inputs: string[], outputs: string[], ignore: string[], command: () => string[] }>}
 */
const preparations = {
  schema: {
    title: 'composing the graph',
    inputs: ['schema/compose.ts', ...sdl],
    outputs: ['schema/supergraph.graphql', 'schema/api.graphql'],
    ignore: ['generated'],
    command: () => ['schema/compose.ts'],
  },
  types: {
    title: 'generating types',
    inputs: [
      'codegen.ts',
      'package-lock.json',
      'schema/possible-types.ts',
      'schema/api.graphql',
      'web/src',
      'bot/src',
      ...sdl,
    ],
    outputs: [...subgraphs.map((name) => `subgraphs/${name}/src/generated`), 'web/src/generated', 'bot/src/generated'],
    ignore: ['generated'],
    command: () => [commandOf('@graphql-codegen/cli', 'graphql-codegen'), '--config', 'codegen.ts', '--silent'],
  },
  web: {
    title: 'building the web page',
    inputs: ['web', 'package-lock.json'],
    outputs: ['web/dist'],
    ignore: ['dist'],
    command: () => [commandOf('vite', 'vite'), 'build', 'web', '--logLevel', 'warn', '--emptyOutDir'],
  },
};

const stamps = join(root, 'node_modules', '.cache', 'customer-data-analytics');

/**
 * Brings generated files up to date.
 *
 * @param {string} node
 * @param {PreparationName[]} names in the order in which they build on each other
 * @param {{ force?: boolean }} [options]
 */
export async function prepare(node, names, { force = false } = {}) {
  for (const name of names) {
    if (!force && isFresh(name)) continue;
    await withProjectLock(async () => {
      if (force || !isFresh(name)) await make(node, name);
    });
  }
}

/** @param {PreparationName} name */
function isFresh(name) {
  const { inputs, outputs, ignore } = preparations[name];
  try {
    const stamp = JSON.parse(readFileSync(join(stamps, `${name}.json`), 'utf8'));
    return stamp.inputs === contentHash(inputs, ignore) && stamp.outputs === sizes(outputs);
  } catch {
    return false;
  }
}

/**
 * @param {string} node
 * @param {PreparationName} name
 */
async function make(node, name) {
  const { title, inputs, outputs, ignore, command } = preparations[name];
  const line = progressLine(title);
  // Taken before the work: a file that changes meanwhile makes the result stale.
  const inputHash = contentHash(inputs, ignore);
  const { code, output } = await captureProgram(node, command());
  if (code !== 0) {
    line.failed();
    throw new ScriptError(`${title.replace(/^./, (first) => first.toUpperCase())} failed:\n${output.trimEnd()}`);
  }
  try {
    mkdirSync(stamps, { recursive: true });
    writeFileSync(join(stamps, `${name}.json`), JSON.stringify({ inputs: inputHash, outputs: sizes(outputs) }));
  } catch {
    // Without a stamp it is made again by the next task.
  }
  line.done();
}

/**
 * @param {string[]} places
 * @param {string[]} ignore names of folders that are left out
 */
function contentHash(places, ignore) {
  const hash = createHash('sha256');
  for (const path of filesOf(places, ignore))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** @param {string[]} places */
function sizes(places) {
  const hash = createHash('sha256');
  for (const path of filesOf(places, [])) hash.update(`${path} ${statSync(join(root, path)).size}\n`);
  return hash.digest('hex');
}

/**
 * @param {string[]} places
 * @param {string[]} ignore
 * @returns {string[]}
 */
function filesOf(places, ignore) {
  return places
    .flatMap((place) => {
      const status = statSync(join(root, place), { throwIfNoEntry: false });
      if (!status) return [];
      if (!status.isDirectory()) return [place];
      const names = readdirSync(join(root, place)).filter((name) => name !== 'node_modules' && !ignore.includes(name));
      return filesOf(
        names.map((name) => `${place}/${name}`),
        ignore,
      );
    })
    .sort();
}
