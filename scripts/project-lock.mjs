import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

// Outside the project, because installing replaces node_modules as a whole.
const key = createHash('sha256').update(root).digest('hex').slice(0, 12);
const path = join(tmpdir(), `cda-prepare-${userInfo().uid}-${key}.lock`);

/**
 * Does work that changes the project's installed or generated files while no other task of this project does such work.
 * The lock of a process that was killed is taken over.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProjectLock(work) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(readHolder());
      if (!(holder > 0) || !isAlive(holder)) {
        rmSync(path, { force: true });
        continue;
      }
      if (!told) console.error(`Waiting for process ${holder}, which prepares this project …`);
      told = true;
      await sleep(300);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function readHolder() {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
