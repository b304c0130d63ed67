import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Trained } from './define-model.ts';

export interface EstimatorPool extends AsyncDisposable {
  /** Fits in a worker thread. Aborting ends the thread. */
  fit(
    estimator: URL,
    input: unknown,
    options: { seed: number; signal?: AbortSignal; progress?: (fraction: number) => void },
  ): Promise<Trained<unknown>>;
}

/** Worker threads for fits: started when there is work, ended after a minute without. */
export function createEstimatorPool(threads = 2): EstimatorPool {
  const pool = new Piscina({
    filename: new URL('./estimator-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
  });
  return {
    fit: async (estimator, input, { seed, signal, progress }) => {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (fraction: number) => progress?.(fraction));
      port1.unref();
      try {
        return await pool.run(
          { estimator: estimator.href, input, seed, port: port2 },
          { transferList: [port2], ...(signal ? { signal } : {}) },
        );
      } finally {
        port1.close();
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
