/** Runs in a worker thread: goes through chunks of points round after round until it is told to stop. */
import { workerData } from 'node:worker_threads';
import type { LloydState } from './kmeans-kernel.ts';
import { control, takeChunks } from './kmeans-workers.ts';

const { state, block } = workerData as { state: LloydState; block: Int32Array };

for (let round = 0; ; ) {
  Atomics.wait(block, control.round, round);
  round = Atomics.load(block, control.round);
  if (Atomics.load(block, control.stop) === 1) break;
  // Counted before the first chunk is taken: whoever sees that nobody works knows that nobody holds a chunk.
  Atomics.add(block, control.working, 1);
  takeChunks(state, block);
  Atomics.sub(block, control.working, 1);
  Atomics.notify(block, control.working);
}
