import { check } from './check.mjs';
import { ensureInstalled } from './install.mjs';
import { prepare } from './prepare.mjs';
import { runProgram } from './run-program.mjs';
import { ScriptError } from './script-error.mjs';
import { test } from './test.mjs';

/**
 * Every task: a program of ours with what must be ready before it runs, or a function of these scripts.
 *
 * @type {Record<string, { about: string, prepare?: import('./prepare.mjs').PreparationName[], program?: string[], watched?: boolean,
 *   takes?: string, work?: (node: string, args: string[]) => Promise<number> }>}
 */
const tasks = {
  start: {
    about: 'the whole system in one process',
    prepare: ['schema', 'types', 'web'],
    // Room for what a request leaves behind: measured at the gateway, 7 to 20 % less processor time.
    program: ['--max-semi-space-size=32', 'standalone/src/main.ts'],
    watched: true,
  },
  services: {
    about: 'every part as its own process',
    prepare: ['schema', 'types', 'web'],
    program: ['standalone/src/services.ts'],
    watched: true,
  },
  import: {
    about: 'take in a file of orders, products or events',
    prepare: ['schema', 'types'],
    program: ['cli/src/main.ts', 'import'],
  },
  replay: {
    about: 'build every projection anew from the log',
    prepare: ['schema', 'types'],
    program: ['cli/src/main.ts', 'replay'],
  },
  train: { about: 'fit the models now', prepare: ['schema', 'types'], program: ['cli/src/main.ts', 'train'] },
  token: {
    about: 'print an access token for scripts',
    prepare: ['schema', 'types'],
    program: ['cli/src/main.ts', 'token'],
  },
  keys: { about: 'make, list and revoke keys', prepare: ['schema', 'types'], program: ['cli/src/main.ts', 'keys'] },
  erase: {
    about: 'erase customers from everything that is kept',
    prepare: ['schema', 'types'],
    program: ['cli/src/main.ts', 'erase'],
  },
  'export-lists': {
    about: 'write the recommendations of all customers into a file',
    prepare: ['schema', 'types'],
    program: ['cli/src/main.ts', 'export-lists'],
  },
  doctor: { about: 'look over an installation', prepare: ['schema', 'types'], program: ['cli/src/main.ts', 'doctor'] },
  bench: {
    about: 'measure, side by side',
    prepare: ['schema', 'types', 'web'],
    // What is measured runs as a start runs it.
    program: ['--max-semi-space-size=32', 'bench/main.ts'],
  },
  generate: {
    about: 'compose the graph and generate types, whether or not anything changed',
    work: (node) => prepare(node, ['schema', 'types'], { force: true }).then(() => 0),
  },
  check: { about: 'types, lint, unused code, the committed graph', prepare: ['types'], work: (node) => check(node) },
  test: {
    about: 'everything: check, and all tests; with names of files or folders the tests in them alone',
    takes: 'NAME …',
    prepare: ['types', 'web'],
    work: (node, args) => test(node, args),
  },
};

/**
 * Installs and prepares what the task needs, runs it, and ends with its exit code.
 *
 * @param {string | undefined} name
 * @param {string[]} args
 */
export async function runTask(name, args) {
  // Before anything of Apollo can load, in this process's children too: nothing of a shop leaves its machine unasked.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const task = name === undefined ? undefined : tasks[name];
  if (!task) {
    const lines = Object.entries(tasks).map(([task, { about }]) => `  ${task.padEnd(14)}${about}`);
    console.error(`${name === undefined ? 'Which task?' : `There is no task "${name}".`} One of:\n${lines.join('\n')}`);
    process.exitCode = 1;
    return;
  }
  if (task.work && (args.includes('--help') || args.includes('-h'))) {
    console.log(`Usage: npm run ${name}${task.takes ? ` [-- ${task.takes}]` : ''}\n\n${task.about}`);
    return;
  }
  if (task.work && !task.takes && args.length > 0) {
    console.error(`npm run ${name} takes no options, and "${args.join(' ')}" was given. Leave them out.`);
    process.exitCode = 1;
    return;
  }
  try {
    const node = await ensureInstalled();
    await prepare(node, task.prepare ?? []);
    process.exitCode = task.work
      ? await task.work(node, args)
      : await runProgram(node, [...(task.program ?? []), ...args], task.watched ?? false);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
