/** Runs in a worker thread: makes the lists of one stride after the other, until it is told that there are no more. */
import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { recommendations } from '../index.ts';
import { type ListMakerOptions, openListMaker } from './list-maker.ts';

const port = parentPort!;
const maker = await openListMaker(recommendations, {
  ...(workerData as Omit<ListMakerOptions, 'log'>),
  log: silentLog,
});
// One stride is under way at a time: whoever sends the next has had the answer to the one before.
port.on('message', async (keys: readonly string[] | null) => {
  if (keys === null) {
    await maker[Symbol.asyncDispose]();
    port.close();
    return;
  }
  try {
    port.postMessage({ lines: await maker.make(keys) });
  } catch (error) {
    port.postMessage({ error });
  }
});
