import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessFigures {
  /** Processor time, user's and system's, in milliseconds. */
  cpuMs: number;
  rssMb: number;
}

/** Ticks of Linux's processor time in a second; it has been a hundred everywhere for twenty years. */
const ticksPerSecond = 100;

/** Figures of a process and all that it started: of programs that are not ours as well. From `/proc`, or from `ps` where there is none. */
export function processFigures(pid: number): ProcessFigures {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const children = new Map<string, string[][]>();
  for (const row of rows) children.set(row[1] as string, [...(children.get(row[1] as string) ?? []), row]);
  const tree: string[][] = rows.filter(([id]) => id === String(pid));
  for (const [id] of tree) tree.push(...(children.get(id as string) ?? []));
  return {
    cpuMs: tree.reduce((sum, [id, , , time]) => sum + (fromProc(id as string) ?? fromTime(time as string)), 0),
    rssMb: tree.reduce((sum, [, , rss]) => sum + Number(rss) / 1024, 0),
  };
}

function fromProc(pid: string): number | undefined {
  try {
    // Fields count from after the name, which stands in brackets and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
  } catch {
    return undefined;
  }
}

/** `[[dd-]hh:]mm:ss` in milliseconds. */
function fromTime(time: string): number {
  const [days, clock = ''] = time.includes('-') ? time.split('-') : ['0', time];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}
