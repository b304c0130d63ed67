import type { Log } from '@cda/platform/telemetry/log.ts';
import { gauge } from '@cda/platform/telemetry/metrics.ts';
import { Redis } from 'ioredis';
import type { HealthPart } from '../config.ts';

/** What several gateways share, where a Redis is configured. Nothing may depend on it: whoever uses it falls back to memory. */
export interface SharedRedis {
  client: Redis;
  /** Whether it answers just now. */
  isUp(): boolean;
  /** `degraded` while it does not answer: what is shared otherwise is then kept by each process for itself. */
  health(): Promise<HealthPart>;
  close(): Promise<void>;
}

const up = gauge('cda_redis_up', 'Whether Redis, where one is configured, answers: 1 or 0');

/** Prefix of every key, so that a Redis can be shared with others. */
export const redisPrefix = 'cda:';

/**
 * Connects in the background and keeps trying, at least every two seconds. A command fails at once while there is no connection, and
 * after 250 ms where there is no answer, so that no request waits for Redis.
 */
export function openRedis(url: string, log: Log): SharedRedis {
  const client = new Redis(url, {
    keyPrefix: redisPrefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 250,
    connectTimeout: 2_000,
    // A peer that vanished without a word is noticed by its silence.
    socketTimeout: 5_000,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
    disableClientInfo: true,
  });
  up.set(0);
  let isUp = false;
  const change = (now: boolean, fault?: unknown): void => {
    if (now === isUp) return;
    isUp = now;
    up.set(now ? 1 : 0);
    if (now) log.info('Redis answers: limits, kept answers and persisted operations are shared');
    else log.warn({ fault: String(fault ?? 'closed') }, 'Redis does not answer: each process keeps for itself');
  };
  client.on('ready', () => change(true));
  client.on('error', (error) => change(false, error));
  client.on('close', () => change(false));
  // Idle connections say nothing, so the silence of a dead peer has to be provoked.
  const beat = setInterval(() => {
    if (client.status === 'ready')
      client.ping().then(
        () => change(true),
        (error: unknown) => change(false, error),
      );
  }, 1_000);
  beat.unref();
  return {
    client,
    isUp: () => isUp,
    health: async () => (isUp ? { status: 'up' } : { status: 'degraded', reason: 'does not answer' }),
    close: async () => {
      clearInterval(beat);
      client.disconnect();
    },
  };
}
