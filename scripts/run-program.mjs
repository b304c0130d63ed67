import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './root.mjs';

/**
 * Environment for the project's own Node: programs that start others by name find it and the installed commands first.
 *
 * @param {string} node
 */
export function programEnvironment(node) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path };
}

/**
 * Runs a program in the foreground with the project's own Node: same terminal, signals passed on, its exit code returned.
 * A `watched` program also has a channel to us, whose end tells it that we were killed.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {boolean} [watched]
 * @returns {Promise<number>}
 */
export async function runProgram(node, args, watched = false) {
  const child = spawn(node, args, {
    cwd: root,
    env: { ...programEnvironment(node), CDA_WORKING_FOLDER: process.env.INIT_CWD ?? process.cwd() },
    stdio: watched ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  const orphanWatch = watchParent(() => forward('SIGTERM'));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)));
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
    clearInterval(orphanWatch);
  }
}

/**
 * npm runs a script through a shell, and a shell that is told to end does not tell its children. So when npm started us,
 * the end of our parent is a request to end.
 *
 * @param {() => void} orphaned
 */
function watchParent(orphaned) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    orphaned();
  }, 300);
  return watch.unref();
}

/**
 * Runs a program quietly and gives back what it printed.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function captureProgram(node, args, options = {}) {
  const child = spawn(node, args, {
    cwd: root,
    env: programEnvironment(node),
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { code, output };
}
