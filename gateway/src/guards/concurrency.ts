import { gauge } from '@cda/platform/telemetry/metrics.ts';

/** Lets a bounded number of operations run and a bounded number wait; past that they are refused, so that those inside stay fast. */
export interface Concurrency {
  /**
   * Runs `work` when there is room; undefined, without running it, where even the queue is full, or where whoever waits went away
   * before there was room.
   */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result | undefined>;
  readonly running: number;
  readonly waiting: number;
}

const runningNow = gauge('cda_operations_running', 'Operations that run just now');
const waitingNow = gauge('cda_operations_waiting', 'Operations that wait for room');

export function createConcurrency(runningMost: number, waitingMost: number): Concurrency {
  let running = 0;
  const queue = new Set<(goes: boolean) => void>();
  const tell = (): void => {
    runningNow.set(running);
    waitingNow.set(queue.size);
  };
  const room = (signal: AbortSignal | undefined): Promise<boolean> | boolean => {
    if (running < runningMost) {
      running++;
      return true;
    }
    if (queue.size >= waitingMost || signal?.aborted) return false;
    return new Promise((resolve) => {
      const leave = () => {
        if (queue.delete(go)) resolve(false);
      };
      const go = (goes: boolean) => {
        signal?.removeEventListener('abort', leave);
        resolve(goes);
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.add(go);
      tell();
    });
  };
  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
    async run(work, signal) {
      const goes = await room(signal);
      tell();
      if (!goes) return undefined;
      try {
        return await work();
      } finally {
        const [next] = queue;
        // The one who leaves hands over its place, so the count does not change in between.
        if (next) {
          queue.delete(next);
          next(true);
        } else running--;
        tell();
      }
    },
  };
}
