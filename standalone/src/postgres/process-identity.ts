import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';

/** Whether a process with this id runs. A zombie (dead, not yet collected by its parent) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return procStat(pid)?.state !== 'Z';
}

/** A text that tells this process from a later one with the same id, or '' where the system does not say. */
export function startMark(pid: number): string {
  if (process.platform === 'linux') return procStat(pid)?.startTicks ?? '';
  if (process.platform === 'win32') return '';
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/**
 * Whether the process `pid` is a PostgreSQL server whose working folder is `cluster`: process ids are reused, so the
 * number in a file that a crash left behind proves nothing. Undefined where the system gives no way to know.
 */
export function isPostgresOf(pid: number, cluster: string): boolean | undefined {
  if (process.platform === 'linux') {
    try {
      return (
        basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!).startsWith('postgres') &&
        readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
      );
    } catch {
      return false;
    }
  }
  if (process.platform === 'win32') return undefined;
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes('postgres') && (stdout.includes(cluster) || stdout.includes(realpathSync(cluster)));
}

function procStat(pid: number): { state: string; startTicks: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startTicks: fields[19]! };
  } catch {
    return undefined;
  }
}
