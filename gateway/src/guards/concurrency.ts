/** Lets a bounded number of operations run and a bounded number wait; past that they are refused, so that those inside stay fast. */
export interface Concurrency {
  /** Runs `work` when there is room; undefined, without running it, where even the queue is full. */
  run<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  readonly running: number;
  readonly waiting: number;
}

export function createConcurrency(runningMost: number, waitingMost: number): Concurrency {
  let running = 0;
  const queue: (() => void)[] = [];
  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
    async run(work) {
      if (running >= runningMost) {
        if (queue.length >= waitingMost) return undefined;
        // The one who leaves hands over its place, so the count does not change in between.
        await new Promise<void>((resolve) => queue.push(resolve));
      } else {
        running++;
      }
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
