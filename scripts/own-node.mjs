import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { progressLine } from './progress-line.mjs';
import { root } from './root.mjs';
import { captureProgram } from './run-program.mjs';
import { ScriptError } from './script-error.mjs';

const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node;
const shell = join(root, 'node_modules', 'node');
const windows = process.platform === 'win32';
const program = windows ? 'bin/node.exe' : 'bin/node';
const platform = windows ? 'win' : process.platform;
const forPlatform = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`];

/**
 * The project's own Node: the npm package `node` is a shell whose install script fetches the package of the platform and
 * links its program. Where that script did not run, the platform's package may still be at hand.
 *
 * @returns {string | undefined}
 */
export function findOwnNode() {
  const places = [
    join(shell, program),
    ...forPlatform.flatMap((name) => [
      join(shell, 'node_modules', name, program),
      join(root, 'node_modules', name, program),
    ]),
  ];
  return places.find((path) => existsSync(path) && versionOf(path) === pinned) ?? sameMajor();
}

/** The Node that runs us serves as well when it is of the pinned major version and not older. */
function sameMajor() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = pinned.split('.').map(Number);
  return major === wantedMajor && minor >= wantedMinor ? process.execPath : undefined;
}

/** Puts the program where installed commands look for it: npm does so only when it ran the install script itself. */
function linkCommand() {
  const command = join(root, 'node_modules', '.bin', 'node');
  if (!windows && !existsSync(command) && existsSync(join(shell, program))) symlinkSync('../node/bin/node', command);
}

/** @param {string} path */
function versionOf(path) {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim().slice(1);
}

/**
 * Runs the install script of the package `node`, which npm skips where a user's settings say `ignore-scripts`.
 *
 * @returns {Promise<string>}
 */
export async function installOwnNode() {
  const line = progressLine(`installing Node.js ${pinned}`);
  const { output } = await captureProgram(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: shell,
    env: { ...process.env, npm_config_ignore_scripts: 'false' },
  });
  const found = findOwnNode();
  if (found) {
    linkCommand();
    line.done();
    return found;
  }
  line.failed();
  throw new ScriptError(
    [
      `Node.js ${pinned} could not be installed from npm for ${process.platform}-${process.arch}. Install Node.js ${pinned.split('.')[0]} yourself (https://nodejs.org) and run this with it.`,
      ...output
        .split('\n')
        .filter((text) => text.trim() !== '')
        .slice(-6)
        .map((text) => `  ${text}`),
    ].join('\n'),
  );
}
