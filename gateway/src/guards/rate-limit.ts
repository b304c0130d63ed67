import { BoundedMap } from '@cda/platform/bounded-map.ts';

export interface Rate {
  /** Requests that may come at once after a pause. */
  burst: number;
  /** Requests a second in the long run. */
  perSecond: number;
}

/** Takes one request of a caller: 0 where it may pass, else the whole seconds to wait. */
export type RateLimit = (caller: string) => number | Promise<number>;

/** A token bucket for each caller, in memory. Callers that were not seen for longest are forgotten past 50,000. */
export function createRateLimit(
  { burst, perSecond }: Rate,
  now: () => number = () => performance.now(),
): (caller: string) => number {
  const buckets = new BoundedMap<string, { tokens: number; at: number }>(50_000);
  return (caller) => {
    const at = now();
    const bucket = buckets.get(caller) ?? { tokens: burst, at };
    const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    const passes = tokens >= 1;
    buckets.set(caller, { tokens: passes ? tokens - 1 : tokens, at });
    return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
}
