/** What kept answers depend on besides time, as the analytics subgraph tells it. */
export interface DataEpoch {
  /** The epoch, confirmed within the last moment; undefined where nobody can say, and then nothing kept may be used. */
  current(): Promise<string | undefined>;
}

interface Options {
  ask: () => Promise<string | null | undefined>;
  /** How long an answer is believed, in milliseconds. */
  trustMs?: number;
  /** Told the first epoch, and each that is another one than before. */
  onEpoch: (epoch: string, changed: boolean) => void;
  now?: () => number;
}

/**
 * Asks for the epoch at most once in `trustMs`, and only while there are requests. Its age counts from when it was asked for, so what
 * is taken for current was current less than `trustMs` ago.
 */
export function createDataEpoch({ ask, trustMs = 1_000, onEpoch, now = () => performance.now() }: Options): DataEpoch {
  let known: { epoch: string; at: number } | undefined;
  let asking: Promise<string | undefined> | undefined;
  const confirm = async (): Promise<string | undefined> => {
    const at = now();
    try {
      const epoch = await ask();
      if (typeof epoch !== 'string') return undefined;
      if (known?.epoch !== epoch) onEpoch(epoch, known !== undefined);
      known = { epoch, at };
      return epoch;
    } catch {
      return undefined;
    }
  };
  return {
    current: async () => {
      if (known && now() - known.at < trustMs) return known.epoch;
      asking ??= confirm().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}
