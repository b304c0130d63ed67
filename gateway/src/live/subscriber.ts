import type { FormattedExecutionResult } from 'graphql';

/** One result on its way to a subscriber; made once, however many it goes to. */
export interface Delivery {
  result: FormattedExecutionResult;
  /** The same as JSON. */
  text: string;
  position: string | undefined;
  /** It is how things are now: a newer one takes the place of one that still waits. */
  state: boolean;
}

/** Results of a subscription for one reader, in a queue of bounded length and size. */
export interface Subscriber extends AsyncGenerator<Delivery, void, void> {
  /** Queues a result. False where there was no room: the reader is then cut off. */
  push(delivery: Delivery): boolean;
  /** Nothing comes any more; what waits is still read. */
  finish(): void;
  /** Resolves with true once little waits, with false where that takes longer than this, or nobody reads any more. */
  room(patienceMs: number): Promise<boolean>;
}

interface Options {
  waitingResults: number;
  waitingBytes: number;
  /** The reader has gone, or has had the last. */
  onEnd: () => void;
}

export function createSubscriber({ waitingResults, waitingBytes, onEnd }: Options): Subscriber {
  const queue: Delivery[] = [];
  let bytes = 0;
  let finished = false;
  let ended = false;
  let wakeReader = (): void => {};
  let wakeWriter = (): void => {};

  const end = (): void => {
    if (ended) return;
    ended = true;
    queue.length = 0;
    bytes = 0;
    wakeReader();
    wakeWriter();
    onEnd();
  };
  const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

  return {
    push(delivery) {
      if (ended || finished) return true;
      const last = queue.at(-1);
      if (delivery.state && last?.state) {
        bytes += delivery.text.length - last.text.length;
        queue[queue.length - 1] = delivery;
        return true;
      }
      // A single result is always taken, however large: what it may hold is bounded elsewhere.
      if (queue.length >= waitingResults || (queue.length > 0 && bytes + delivery.text.length > waitingBytes))
        return false;
      queue.push(delivery);
      bytes += delivery.text.length;
      wakeReader();
      return true;
    },
    finish() {
      finished = true;
      wakeReader();
    },
    async room(patienceMs) {
      const deadline = performance.now() + patienceMs;
      while (!ended && (queue.length > waitingResults / 2 || bytes > waitingBytes / 2)) {
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wakeWriter = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return !ended;
    },
    async next() {
      for (;;) {
        const delivery = queue.shift();
        if (delivery) {
          bytes -= delivery.text.length;
          wakeWriter();
          return { done: false, value: delivery };
        }
        if (finished) end();
        if (ended) return done;
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
    },
    async return() {
      end();
      return done;
    },
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      end();
    },
  };
}
