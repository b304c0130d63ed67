import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '@cda/platform/errors.ts';
import type { PartName } from './part-config.ts';

export interface SupervisedPart extends AsyncDisposable {
  name: PartName;
  /** Stays the same when the part is started again. */
  port: number;
  pid(): number | undefined;
}

export interface SupervisorOptions {
  name: PartName;
  env: Readonly<Record<string, string | undefined>>;
  /** Each line that the part prints, its log among them. */
  line(part: PartName, text: string): void;
  signal: AbortSignal;
}

const entry = join(import.meta.dirname, '..', 'part.ts');
const readyWithinMs = 60_000;
/** Longer than a part's own drain. */
const stopWithinMs = 20_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** A part that ran this long starts over with the short pause. */
const steadyMs = 30_000;

/** Runs one part in its own process, and starts it again on the same port when it ends by itself. */
export async function supervisePart(options: SupervisorOptions): Promise<SupervisedPart> {
  const { name, line, signal } = options;
  let child: ChildProcess;
  let stopping = false;
  let pauseMs = firstPauseMs;
  let pause: NodeJS.Timeout | undefined;
  let lastWords: string[] = [];

  const launch = async (port: number): Promise<number> => {
    const started = spawn(process.execPath, ['--max-semi-space-size=32', entry, name], {
      env: { ...process.env, ...options.env, PORT: String(port) },
      // Its own process group: a Ctrl-C in the terminal reaches the supervisor, which stops the parts in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    lastWords = [];
    for (const stream of [started.stdout, started.stderr]) {
      createInterface({ input: stream! }).on('line', (text) => {
        lastWords = [...lastWords.slice(-5), text];
        line(name, text);
      });
    }
    return await new Promise<number>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`it was not ready within ${readyWithinMs / 1000} s`)),
        readyWithinMs,
      );
      started.once('error', reject);
      started.once('exit', (code, by) => reject(new Error(`it ended with ${by ?? `code ${code}`}`)));
      started.once('message', (message: { port: number }) => resolve(message.port));
      started.once('close', () => clearTimeout(late));
      started.once('message', () => clearTimeout(late));
    });
  };

  const watch = (): void => {
    const startedAt = Date.now();
    child.once('exit', (code, by) => {
      if (stopping) return;
      if (Date.now() - startedAt > steadyMs) pauseMs = firstPauseMs;
      line(name, `ended with ${by ?? `code ${code}`}; started again in ${pauseMs} ms`);
      pause = setTimeout(restart, pauseMs);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    });
  };

  const restart = (): void => {
    launch(port).then(watch, (error: Error) => {
      if (stopping) return;
      line(name, `did not start again: ${error.message}`);
      kill(child);
      pause = setTimeout(restart, pauseMs);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    });
  };

  const end = async (): Promise<void> => {
    stopping = true;
    clearTimeout(pause);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(force);
  };

  let port: number;
  try {
    port = await launch(Number(options.env['PORT'] ?? 0));
    watch();
  } catch (error) {
    await end();
    signal.throwIfAborted();
    const said = lastWords.filter((text) => text.trim() !== '');
    throw new AppError(
      'INTERNAL',
      `The part "${name}" did not start: ${said.at(-2) ?? said.at(-1) ?? (error as Error).message}`,
      said.at(-1) ?? 'Look at its log.',
      { cause: error },
    );
  }
  return { name, port, pid: () => child.pid, [Symbol.asyncDispose]: end };
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
