import { Worker } from 'node:worker_threads';
import { type HalfSweep, solveRows } from './ials-rows.ts';

/** Places in the control block that all threads share. */
export const control = { round: 0, side: 1, next: 2, working: 3, length: 4 } as const;
/** Value of `side` that ends the workers. */
export const stop = -1;
/** Rows that a thread takes at once: small enough to balance, large enough that the counter is no bottleneck. */
const batch = 64;

export interface RowWorkers extends Disposable {
  /** Solves all rows of one side, this thread included; returns when every row is done. */
  solve(side: number): void;
}

/**
 * Starts worker threads that wait for rounds on a shared control block. Waiting blocks this thread as well: call it from a worker
 * thread of the training pool or a command, not from one that serves requests.
 */
export function startRowWorkers(halves: readonly HalfSweep[], count: number): RowWorkers | null {
  if (count < 1) return null;
  const state = new Int32Array(new SharedArrayBuffer(4 * control.length));
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./ials-worker.ts', import.meta.url), { workerData: { halves, state } }),
  );
  for (const worker of workers) worker.unref();
  const begin = (side: number): void => {
    Atomics.store(state, control.side, side);
    Atomics.store(state, control.next, 0);
    Atomics.store(state, control.working, count);
    Atomics.add(state, control.round, 1);
    Atomics.notify(state, control.round);
  };
  return {
    solve: (side) => {
      begin(side);
      takeRows(halves[side]!, state);
      for (;;) {
        const working = Atomics.load(state, control.working);
        if (working === 0) return;
        Atomics.wait(state, control.working, working);
      }
    },
    [Symbol.dispose]: () => begin(stop),
  };
}

/** Takes batches of rows off the shared counter until none is left. */
export function takeRows(half: HalfSweep, state: Int32Array): void {
  for (;;) {
    const from = Atomics.add(state, control.next, batch);
    if (from >= half.rows) return;
    solveRows(half, from, Math.min(half.rows, from + batch));
  }
}
