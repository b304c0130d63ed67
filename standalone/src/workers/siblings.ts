import cluster from 'node:cluster';
import type { Siblings } from '@cda/gateway';
import { registry } from '@cda/platform/telemetry/metrics.ts';
import { toMessage, type WorkerMessage } from './messages.ts';

/** Name of the variable that tells a worker its number. */
export const workerVariable = 'CDA_WORKER';

const patienceMs = 2_000;

/** The other workers that serve the same address, and this one's number; undefined in a process that serves alone. */
export function siblingsOfThisWorker(): (Siblings & { number: string }) | undefined {
  const number = process.env[workerVariable];
  if (!cluster.isWorker || number === undefined) return undefined;
  // A worker gets its port by this channel, so waiting for that has to keep the process alive.
  process.channel?.ref();
  registry.setDefaultLabels({ worker: number });
  const send = (message: WorkerMessage): void => {
    if (process.connected) process.send?.(message);
  };
  const waiting = new Map<number, (text: string) => void>();
  let told: (() => void) | undefined;
  let last = 0;
  process.on('message', (value) => {
    const message = toMessage(value);
    if (!message || !('cda' in message)) return;
    if (message.cda === 'forget') told?.();
    else if (message.cda === 'gathered') waiting.get(message.id)?.(message.text);
    else if (message.cda === 'tell') {
      registry.getMetricsAsJSON().then((figures) => send({ cda: 'told', id: message.id, figures }));
    }
  });
  return {
    number,
    forget: () => send({ cda: 'forget' }),
    onForget: (listener) => {
      told = listener;
    },
    figures: () =>
      new Promise((resolve) => {
        const id = ++last;
        const settle = (text: string | Promise<string>): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(text);
        };
        // Its own are better than none.
        const timer = setTimeout(() => settle(registry.metrics()), patienceMs);
        waiting.set(id, settle);
        send({ cda: 'gather', id });
      }),
  };
}
