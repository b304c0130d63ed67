/** Runs in a worker thread: solves rows round after round until it is told to stop. */
import { workerData } from 'node:worker_threads';
import type { HalfSweep } from './ials-rows.ts';
import { control, stop, takeRows } from './ials-workers.ts';

const { halves, state } = workerData as { halves: readonly HalfSweep[]; state: Int32Array };

for (let round = 0; ; round++) {
  Atomics.wait(state, control.round, round);
  const side = Atomics.load(state, control.side);
  if (side === stop) break;
  takeRows(halves[side]!, state);
  Atomics.sub(state, control.working, 1);
  Atomics.notify(state, control.working);
}
