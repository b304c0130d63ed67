/** Runs in a worker thread: loads an estimator module and fits it. */
import type { MessagePort } from 'node:worker_threads';
import type { Train } from './define-model.ts';

export interface EstimatorTask {
  estimator: string;
  input: unknown;
  seed: number;
  port: MessagePort;
}

export default async function run({ estimator, input, seed, port }: EstimatorTask): Promise<unknown> {
  const { train } = (await import(estimator)) as { train: Train<unknown, unknown> };
  let reported = 0;
  try {
    return await train(input, {
      seed,
      progress: (fraction) => {
        // One message a per cent is enough for a progress bar and costs nothing.
        if (fraction < reported + 0.01) return;
        reported = fraction;
        port.postMessage(fraction);
      },
    });
  } finally {
    port.close();
  }
}
