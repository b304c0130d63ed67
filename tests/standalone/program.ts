import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { isAlive } from '../../standalone/src/postgres/process-identity.ts';

export const root = resolve(import.meta.dirname, '../..');

/** One line of a program that was started with `--json`. */
export interface ProgramEvent {
  event: string;
  step?: string;
  status?: string;
  note?: string;
  url?: string;
  links?: Record<string, string>;
  message?: string;
  remedy?: string;
  code?: string;
  text?: string;
  part?: string;
  done?: number;
  bot?: string;
}

/** A program of the product in its own process. */
export interface Program {
  process: ChildProcess;
  events: ProgramEvent[];
  stderr(): string;
  stdout(): string;
  /** The first line, past or to come, that fits; throws with what was said where the program ends before. */
  until(fits: (event: ProgramEvent) => boolean): Promise<ProgramEvent>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Asks it to stop, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs a file of the project with the given arguments and environment; settings of this machine do not reach it. */
export function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Program {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    env: { ...process.env, ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: ProgramEvent[] = [];
  const said = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.stdout += `${line}\n`;
    if (line.startsWith('{')) events.push(JSON.parse(line) as ProgramEvent);
    for (const watcher of watchers) watcher();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    for (const watcher of watchers) watcher();
    return code as number | null;
  });
  return {
    process: child,
    events,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    until: (fits) =>
      new Promise((done, fail) => {
        const look = () => {
          const found = events.find(fits);
          if (!found && child.exitCode === null && child.signalCode === null) return;
          watchers.delete(look);
          if (found) done(found);
          else fail(new Error(`The program ended first. It said:\n${said.stdout}\n${said.stderr}`));
        };
        watchers.add(look);
        look();
      }),
  };
}

const clean = Object.fromEntries(
  [
    'PORT',
    'HOST',
    'DATA_DIR',
    'DATABASE_URL',
    'DEMO',
    'SCALE',
    'SEED',
    'OPEN',
    'BOT',
    'TELEGRAM_BOT_TOKEN',
    'NODE_ENV',
    'NODE_OPTIONS',
  ].map((name) => [name, undefined]),
);

export const isReady = (event: ProgramEvent): boolean => event.event === 'ready';

/** Process id of the database server that runs over a data folder; undefined where none does. */
export function databasePid(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
