import { Worker } from 'node:worker_threads';
import { assignChunk, createLloydState, type LloydState, type RunChunks } from './kmeans-kernel.ts';

/** Places in the control block that all threads share. */
export const control = { round: 0, stop: 1, next: 2, chunks: 3, working: 4, length: 5 } as const;

/** Threads that go through the chunks of one state together. */
export interface LloydThreads extends Disposable {
  state: LloydState;
  run: RunChunks;
}

/**
 * Starts `count` worker threads besides this one for runs on the same points. Waiting blocks this thread as well: for an estimator's
 * thread or a command, not for one that serves requests. A thread takes some 50 ms to start, and none of the time of those that work.
 *
 * @param x n × d, row-major; copied once where it does not lie in shared memory.
 */
export function startLloydThreads(x: Float64Array, d: number, k: number, count: number): LloydThreads {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  let points = x;
  if (!(x.buffer instanceof SharedArrayBuffer)) {
    points = new Float64Array(shared(x.byteLength));
    points.set(x);
  }
  const state = createLloydState(points, d, k, shared);
  const block = new Int32Array(shared(4 * control.length));
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./kmeans-worker.ts', import.meta.url), { workerData: { state, block } }),
  );
  for (const worker of workers) worker.unref();
  const begin = (chunks: number): void => {
    Atomics.store(block, control.chunks, chunks);
    Atomics.store(block, control.next, 0);
    Atomics.add(block, control.round, 1);
    Atomics.notify(block, control.round);
  };
  return {
    state,
    run: (_, chunks) => {
      begin(chunks);
      takeChunks(state, block);
      // Only who is in the middle of a chunk is waited for: a thread that has not started yet holds nobody up.
      for (;;) {
        const working = Atomics.load(block, control.working);
        if (working === 0) return;
        Atomics.wait(block, control.working, working);
      }
    },
    [Symbol.dispose]: () => {
      Atomics.store(block, control.stop, 1);
      begin(0);
    },
  };
}

/** Takes chunks off the shared counter until none is left. */
export function takeChunks(state: LloydState, block: Int32Array): void {
  for (;;) {
    const chunk = Atomics.add(block, control.next, 1);
    if (chunk >= Atomics.load(block, control.chunks)) return;
    assignChunk(state, chunk);
  }
}
