import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOwnNode, installOwnNode } from './own-node.mjs';
import { progressLine } from './progress-line.mjs';
import { withProjectLock } from './project-lock.mjs';
import { root } from './root.mjs';
import { captureProgram } from './run-program.mjs';
import { ScriptError } from './script-error.mjs';

const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.cda-install');

/**
 * Installs what `package-lock.json` names, unless it stands already, and returns the path of the project's own Node.
 *
 * @returns {Promise<string>}
 */
export async function ensureInstalled() {
  const lockText = readFileSync(lockFile, 'utf8');
  const wanted = createHash('sha256').update(lockText).digest('hex');
  const known = stampedNode(wanted);
  if (known) return known;
  return await withProjectLock(async () => {
    const meanwhile = stampedNode(wanted);
    if (meanwhile) return meanwhile;
    if (!stands(lockText)) await install(lockText);
    const node = findOwnNode() ?? (await installOwnNode());
    try {
      writeFileSync(stampFile, JSON.stringify({ wanted, node }));
    } catch {
      // Installed by another user, or read-only: the next start compares once more.
    }
    return node;
  });
}

/** @param {string} wanted */
function stampedNode(wanted) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
    if (stamp.wanted === wanted && existsSync(stamp.node)) return stamp.node;
  } catch {
    // No stamp, or one cut short.
  }
  return undefined;
}

/**
 * Whether somebody else (a developer's `npm install`, a container's build) has installed exactly this lock file: npm
 * notes what it put where in a lock file of its own inside node_modules.
 *
 * @param {string} lockText
 */
function stands(lockText) {
  let present;
  try {
    present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return packagesOf(lockText).every(([path, { version, link }]) =>
    link ? existsSync(join(root, path)) : present[path]?.version === version,
  );
}

/**
 * The entries of a lock file that belong on this machine.
 *
 * @param {string} lockText
 * @returns {[string, { version?: string, link?: boolean }][]}
 */
function packagesOf(lockText) {
  const fits = (allowed, value) =>
    !allowed ||
    allowed.includes(value) ||
    (allowed.every((entry) => entry.startsWith('!')) && !allowed.includes(`!${value}`));
  return Object.entries(JSON.parse(lockText).packages).filter(
    ([path, { os, cpu, optional, devOptional, peer }]) =>
      path.includes('node_modules/') &&
      // What is optional may be left out by npm for reasons of its own (C library, version of Node).
      !(optional || devOptional || peer) &&
      fits(os, process.platform) &&
      fits(cpu, process.arch),
  );
}

/** @param {string} lockText */
async function install(lockText) {
  const line = progressLine(`installing ${packagesOf(lockText).length} packages`);
  // npm itself says where it is; it may be another than the one that a bare "npm" finds.
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const options = { env: process.env, shell: npm.length === 1 && process.platform === 'win32' };
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=warn'];
  const { code, output } = await captureProgram(npm[0], [...npm.slice(1), ...args], options).catch((error) => ({
    code: 1,
    output: error.code === 'ENOENT' ? 'The command npm was not found.' : String(error),
  }));
  if (code === 0) {
    line.done();
    return;
  }
  line.failed();
  const said = output.split('\n').filter((text) => text.trim() !== '' && !/^npm (warn|notice)/.test(text));
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|ENOTCACHED/.test(output);
  throw new ScriptError(
    [
      offline
        ? 'The packages could not be installed because the npm registry can not be reached. Check the network (or the registry and proxy in "npm config"), then run this again.'
        : 'The packages could not be installed. Mend what npm says, then run this again:',
      ...said.slice(-12).map((text) => `  ${text}`),
    ].join('\n'),
  );
}
