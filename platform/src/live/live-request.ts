import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from './change.ts';
import type { Changes } from './changes.ts';

/** What a subscription's source may use besides the request. */
export interface LiveRequest {
  changes: Changes;
  /** Fires when nobody reads the stream any more. */
  signal: AbortSignal;
  /** Position after which the reader wants to go on, where it lost the stream. */
  lastPosition: string | undefined;
}

/** What the source of a subscription works with. Throws where the field was asked for in another way. */
export function liveOf({ live }: { live?: LiveRequest | undefined }): LiveRequest {
  if (!live) throw new Error('A subscription has to be opened as a stream.');
  return live;
}

interface WatchOptions<Root> {
  /** Which changes call for another look. */
  concerns: (change: Change) => boolean;
  /** Looks, and gives what is to be delivered; nothing where nothing is new. `first` is the look at the beginning. */
  look: (first: boolean) => AsyncIterable<Root>;
  /** Shortest time between two looks, so that a flood of changes costs a bounded number of statements. */
  paceMs?: number;
}

/** Should a change never be told (NOTIFY promises nothing), a look is taken this often all the same. */
const lookAnywayMs = 10_000;

/** A stream that looks again whenever something that concerns it has changed. A reader who is slow makes it look less often. */
export async function* watch<Root>(
  { changes, signal }: LiveRequest,
  { concerns, look, paceMs = 250 }: WatchOptions<Root>,
): AsyncGenerator<Root, void, void> {
  let changed = true;
  let wake = (): void => {};
  const stop = changes.listen(concerns, () => {
    changed = true;
    wake();
  });
  try {
    for (let first = true; !signal.aborted; first = false) {
      changed = false;
      const began = performance.now();
      for await (const root of look(first)) yield root;
      if (!changed) {
        const rest = new AbortController();
        const end = (): void => rest.abort();
        wake = end;
        signal.addEventListener('abort', end, { once: true });
        if (!signal.aborted) await delay(lookAnywayMs, undefined, { signal: rest.signal, ref: false }).catch(() => {});
        signal.removeEventListener('abort', end);
        wake = () => {};
      }
      const left = paceMs - (performance.now() - began);
      if (left > 0 && !signal.aborted) await delay(left, undefined, { signal, ref: false }).catch(() => {});
    }
  } finally {
    stop();
  }
}
