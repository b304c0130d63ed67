import cluster, { type Worker } from 'node:cluster';
import { AppError } from '@cda/platform/errors.ts';
import { collectProcessMetrics, mergeFigures, registry } from '@cda/platform/telemetry/metrics.ts';
import { toMessage, type WorkerMessage } from './messages.ts';
import { workerVariable } from './siblings.ts';

/** Several processes that serve one address; connections are dealt out in turn, and each stays where it was dealt to. */
export interface Workers extends AsyncDisposable {
  port: number;
  /** Process ids of those that serve now. */
  pids(): number[];
}

export interface WorkersOptions {
  count: number;
  /** Program of a worker and its arguments; it sends `{ port }` when it serves. */
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Told one line about each thing that the operator should know. */
  line(text: string): void;
}

const readyWithinMs = 60_000;
/** Longer than a worker's own drain and patience. */
const stopWithinMs = 20_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;
const tellWithinMs = 1_000;

/**
 * Starts workers, and each again that ends by itself. Resolves when all serve.
 *
 * @throws AppError where a worker ends before it serves
 */
export async function startWorkers({ count, program, args, env, line }: WorkersOptions): Promise<Workers> {
  // As the first process has it.
  cluster.setupPrimary({ exec: program, args: [...args], execArgv: ['--max-semi-space-size=32'] });
  registry.setDefaultLabels({ worker: 'first' });
  collectProcessMetrics();
  const workers = new Map<number, Worker>();
  const pauses = new Set<NodeJS.Timeout>();
  let stopping = false;

  const send = (worker: Worker, message: WorkerMessage): void => {
    if (worker.isConnected()) worker.send(message);
  };
  const listen = (worker: Worker): void => {
    worker.on('message', (value: unknown) => {
      const message = toMessage(value);
      if (!message || !('cda' in message)) return;
      if (message.cda === 'forget') {
        for (const other of workers.values()) if (other !== worker) send(other, message);
      } else if (message.cda === 'gather') {
        gather([...workers.values()], send).then((text) => send(worker, { cda: 'gathered', id: message.id, text }));
      }
    });
  };
  const launch = (number: number): Promise<number> => {
    const worker = cluster.fork({ ...env, [workerVariable]: String(number) });
    workers.set(number, worker);
    listen(worker);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not ready within ${readyWithinMs / 1000} s`)), readyWithinMs);
      worker.on('message', (value: unknown) => {
        const message = toMessage(value);
        if (message && 'port' in message) resolve(message.port);
      });
      worker.once('exit', (code, by) => reject(new Error(`it ended with ${by ?? `code ${code}`}`)));
      worker.once('error', reject);
      worker.once('exit', () => clearTimeout(late));
      worker.on('message', () => clearTimeout(late));
    });
  };
  const watch = (number: number, pauseMs: number): void => {
    workers.get(number)?.once('exit', (code, by) => {
      if (stopping || code === 0) return;
      line(`worker ${number} ended with ${by ?? `code ${code}`}; started again in ${pauseMs} ms`);
      const pause = setTimeout(() => {
        pauses.delete(pause);
        launch(number).catch(() => {});
        watch(number, Math.min(pauseMs * 2, longestPauseMs));
      }, pauseMs);
      pauses.add(pause);
    });
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const pause of pauses) clearTimeout(pause);
    await Promise.all(
      [...workers.values()].map(async (worker) => {
        if (worker.isDead()) return;
        const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        worker.process.kill('SIGTERM');
        const impatience = setTimeout(() => worker.process.kill('SIGKILL'), stopWithinMs);
        await ended;
        clearTimeout(impatience);
      }),
    );
  };

  const started = await Promise.allSettled(Array.from({ length: count }, (_, i) => launch(i + 1)));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw new AppError('INTERNAL', `A worker did not start: ${failed.reason}.`, 'Look at its lines above.');
  }
  for (const number of workers.keys()) watch(number, firstPauseMs);
  const ports = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    port: ports[0] as number,
    pids: () => [...workers.values()].flatMap(({ process: { pid } }) => pid ?? []),
    [Symbol.asyncDispose]: stop,
  };
}

/** The figures of these workers and of this process, as one text; those of a worker that does not say within a second are missing. */
async function gather(workers: readonly Worker[], send: (worker: Worker, message: WorkerMessage) => void) {
  const id = ++gathered;
  const parts = await Promise.all(
    workers.map(
      (worker) =>
        new Promise<object | undefined>((resolve) => {
          const hear = (value: unknown): void => {
            const message = toMessage(value);
            if (message && 'cda' in message && message.cda === 'told' && message.id === id) settle(message.figures);
          };
          const settle = (figures?: object): void => {
            clearTimeout(timer);
            worker.off('message', hear);
            resolve(figures);
          };
          const timer = setTimeout(settle, tellWithinMs);
          worker.on('message', hear);
          send(worker, { cda: 'tell', id });
        }),
    ),
  );
  return mergeFigures([await registry.getMetricsAsJSON(), ...parts.filter((part) => part !== undefined)]);
}

let gathered = 0;
