import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { redisPrefix, type SharedRedis } from '../shared/redis.ts';
import { createRateLimit, type Rate, type RateLimit } from './rate-limit.ts';

/**
 * A limit that all gateways count together where there is a Redis, by windows as long as the burst takes to fill again; while
 * it does not answer, and where there is none, each process counts by itself.
 */
export function createSharedRateLimit(name: string, rate: Rate, redis: SharedRedis | undefined): RateLimit {
  const own = createRateLimit(rate);
  if (!redis) return own;
  const shared = new RateLimiterRedis({
    storeClient: redis.client,
    keyPrefix: `${redisPrefix}rate:${name}`,
    points: rate.burst,
    duration: Math.max(1, Math.ceil(rate.burst / rate.perSecond)),
    rejectIfRedisNotReady: true,
    // Who is over the limit is not asked about again until the window ends.
    inMemoryBlockOnConsumed: rate.burst + 1,
  });
  return async (caller) => {
    if (!redis.isUp()) return own(caller);
    try {
      await shared.consume(caller);
      return 0;
    } catch (refusal) {
      return refusal instanceof RateLimiterRes ? Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) : own(caller);
    }
  };
}
