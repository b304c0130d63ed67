import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running PostgreSQL server writes about itself into its cluster. */
export interface PostmasterFile {
  pid: number;
  port: number | undefined;
  /** `starting`, `ready`, `stopping`, `standby`, or '' before the server wrote it. */
  status: string;
}

/** Reads `postmaster.pid`; undefined where there is none or where it is cut short. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, port: Number(lines[3]) || undefined, status: lines[7] ?? '' };
}
