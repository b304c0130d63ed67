import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@cda/platform/errors.ts';
import { isAlive, startMark } from './process-identity.ts';

interface Holder {
  pid: number;
  startMark: string;
  token: string;
}

/** Long enough for a process that judged the same old lock to be stale to have put its own in place. */
const settleMs = 60;

/**
 * Takes the data folder for this process, or says which process holds it. A lock whose process is gone is taken over;
 * when two do so at the same moment, the later one keeps it and the earlier one fails.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, 'lock');
  const mine: Holder = { pid: process.pid, startMark: startMark(process.pid), token: randomUUID() };
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      const taken = await link(draft, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (taken) break;
      const holder = await holderOf(folder);
      if (holder !== undefined) throw inUse(folder, holder);
      await rename(path, `${draft}.stale`).catch(() => undefined);
      await rm(`${draft}.stale`, { force: true });
    }
    await sleep(settleMs);
    const holder = await readHolder(path);
    if (holder?.token !== mine.token) throw inUse(folder, holder?.pid);
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await readHolder(path))?.token === mine.token) await rm(path, { force: true });
    },
  };
}

/** The process that holds the folder now, or undefined. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const holder = await readHolder(join(folder, 'lock'));
  return holder && isAlive(holder.pid) && holder.startMark === startMark(holder.pid) ? holder.pid : undefined;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number | undefined): AppError {
  return new AppError(
    'SYSTEM_BUSY',
    `The data folder ${folder} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}.`,
    'Stop that process, or give another folder with --data-dir.',
  );
}
