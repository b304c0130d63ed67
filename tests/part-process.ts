import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** A part of the system in a process of its own. */
export interface PartProcess extends AsyncDisposable {
  port: number;
  /** Everything that it printed. */
  log(): string;
}

/** Runs a part as its container would; disposing tells it to end and waits until it has. */
export async function startPartProcess(name: string, env: Readonly<Record<string, string>>): Promise<PartProcess> {
  const child: ChildProcess = spawn(process.execPath, ['standalone/src/part.ts', name], {
    cwd: resolve(import.meta.dirname, '..'),
    env: { PATH: process.env['PATH'] ?? '', APOLLO_TELEMETRY_DISABLED: '1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const port = await new Promise<number>((ready, reject) => {
    child.once('message', (message: { port: number }) => ready(message.port));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
  return {
    port,
    log: () => said,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
