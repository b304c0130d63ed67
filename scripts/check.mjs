import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { progressLine } from './progress-line.mjs';
import { commandOf, root } from './root.mjs';
import { captureProgram } from './run-program.mjs';

/** @type {{ title: string, program: () => string, args: string[] }[]} */
const steps = [
  { title: 'the committed graph matches its sources', program: () => 'schema/compose.ts', args: ['--check'] },
  { title: 'the graph breaks no client of the last release', program: () => 'schema/contract.ts', args: [] },
  { title: 'types', program: () => commandOf('typescript', 'tsc'), args: ['--noEmit', '--project', '.'] },
  {
    title: 'types of the web page',
    program: () => commandOf('typescript', 'tsc'),
    args: ['--noEmit', '--project', 'web'],
  },
  {
    title: 'lint and format',
    program: () => commandOf('@biomejs/biome', 'biome'),
    args: ['check', '--max-diagnostics=50', '.'],
  },
  { title: 'unused code', program: () => commandOf('knip', 'knip'), args: ['--no-progress', '--no-gitignore'] },
];

/**
 * Everything that is checked without running the product. Prints each step with its time, and the findings of those that fail.
 *
 * @param {string} node
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(node) {
  let failed = 0;
  for (const { title, program, args } of steps) {
    const line = progressLine(title);
    const { code, output } = await captureProgram(node, [program(), ...args]);
    if (code === 0) line.done();
    else {
      failed++;
      line.failed();
      process.stderr.write(`${output.trimEnd()}\n`);
    }
  }
  failed += await lockFileAgrees();
  return { passed: steps.length + 1 - failed, failed };
}

/** Whether a fresh clone could be installed: `package-lock.json` names what every `package.json` asks for. */
async function lockFileAgrees() {
  const line = progressLine('the lock file matches the packages');
  const npm = process.env.npm_execpath;
  const dryRun = ['ci', '--dry-run', '--offline', '--include=dev', '--include=optional'];
  const { code, output } =
    npm?.endsWith('.js') && existsSync(npm)
      ? await captureProgram(process.execPath, [npm, ...dryRun], { cwd: join(root), env: process.env })
      : await captureProgram('npm', dryRun, { env: process.env, shell: process.platform === 'win32' });
  if (code === 0) line.done();
  else {
    line.failed();
    process.stderr.write(`${output.trimEnd()}\n`);
  }
  return code === 0 ? 0 : 1;
}

/**
 * The task `check`.
 *
 * @param {string} node
 */
export async function check(node) {
  const { passed, failed } = await runChecks(node);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
