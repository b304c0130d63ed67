import { createHash } from 'node:crypto';
import { counter, gauge } from '@cda/platform/telemetry/metrics.ts';
import type { EngineResult } from '../graph/engine.ts';
import type { PreparedOperation } from '../graph/operations.ts';
import type { CacheHint } from '../graph/schema-hints.ts';
import type { SharedRedis } from '../shared/redis.ts';
import type { Caller } from '../who/caller.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import type { DataEpoch } from './data-epoch.ts';

/** An answer that may be sent as it is, or a result that belongs to this moment only. */
export type CachedAnswer =
  | { data: string; ageSeconds: number; maxAgeSeconds: number }
  | { result: EngineResult | undefined };

export interface ResponseCache {
  /**
   * The answer to an operation that may be kept: one that was kept, one that is being made for somebody else who asks the same, or
   * what `work` brings. `work` goes on as long as anybody waits for it.
   */
  answer(
    operation: PreparedOperation,
    hint: CacheHint,
    caller: Pick<Caller, 'subject' | 'scopes' | 'locale'>,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<EngineResult | undefined>,
  ): Promise<CachedAnswer>;
  /** Uses nothing any more that was kept until now: somebody changed something. */
  forget(): void;
  close(): void;
}

interface Kept {
  data: string;
  keptAt: number;
  maxAgeSeconds: number;
  epoch: string;
  generation: number;
}

interface Flight {
  result: Promise<CachedAnswer>;
  waiting: number;
  abort: AbortController;
}

interface Options {
  mostBytes: number;
  epoch: DataEpoch;
  /** Names the graph that answers: what another one said is not used. */
  graph: () => string;
  redis?: SharedRedis | undefined;
  now?: () => number;
}

const lookups = counter('cda_response_cache_total', 'Operations that may be kept, by how they were answered', [
  'outcome',
]);
const heldBytes = gauge('cda_response_cache_bytes', 'Bytes of kept answers in the memory of this process');

/** Answers longer than this stay out of Redis: fetching them costs as much as making them. */
const longestShared = 256 * 1024;
const generationKey = 'answers:generation';

/**
 * Keeps answers for the short time that the SDL allows, in memory or, where one is configured and answers, in Redis. The key holds
 * everything that an answer depends on: operation, variables, scopes, language, and the caller, unless the SDL says that it may be shared.
 *
 * An answer is used only within its age, and only while the epoch of the data is the one that it was made in; so it is gone once an
 * erasure was carried out or another model is served. Answers with errors are never kept.
 */
export function createResponseCache({ mostBytes, epoch, graph, redis, now = Date.now }: Options): ResponseCache {
  const memory = new BoundedBytes<Kept>(mostBytes);
  const flights = new Map<string, Flight>();
  let generation = 0;
  const sweep = setInterval(() => {
    memory.sweep(now());
    heldBytes.set(memory.bytes);
  }, 5_000);
  sweep.unref();

  const find = async (key: string): Promise<{ kept: Kept | undefined; generation: number }> => {
    if (redis?.isUp()) {
      try {
        const [counted, text] = await redis.client.mget(generationKey, `answer:${key}`);
        return { kept: text ? (JSON.parse(text) as Kept) : undefined, generation: Number(counted ?? 0) };
      } catch {
        // Not there just now.
      }
    }
    return { kept: memory.get(key, now()), generation };
  };

  const keep = (key: string, kept: Kept): void => {
    const bytes = kept.data.length * 2 + 300;
    const ms = kept.maxAgeSeconds * 1000;
    if (redis?.isUp()) {
      if (kept.data.length > longestShared) return;
      redis.client.set(`answer:${key}`, JSON.stringify(kept), 'PX', ms).catch(() => {});
      return;
    }
    memory.set(key, kept, bytes, kept.keptAt + ms);
    heldBytes.set(memory.bytes);
  };

  const make = async (
    key: string,
    hint: CacheHint,
    made: { epoch: string | undefined; generation: number },
    work: () => Promise<EngineResult | undefined>,
  ): Promise<CachedAnswer> => {
    const keptAt = now();
    const result = await work();
    if (!result?.data || result.errors || made.epoch === undefined) return { result };
    const data = JSON.stringify(result.data);
    keep(key, { data, keptAt, maxAgeSeconds: hint.maxAgeSeconds, epoch: made.epoch, generation: made.generation });
    return { data, ageSeconds: 0, maxAgeSeconds: hint.maxAgeSeconds };
  };

  return {
    async answer(operation, hint, caller, signal, work) {
      const key = keyOf(operation, hint, caller, graph());
      // In this order: another epoch makes us forget.
      const current = await epoch.current();
      const found = await find(key);
      const { kept } = found;
      if (kept && current !== undefined && kept.epoch === current && kept.generation === found.generation) {
        const ageSeconds = Math.floor((now() - kept.keptAt) / 1000);
        if (ageSeconds < kept.maxAgeSeconds) {
          lookups.inc({ outcome: 'hit' });
          return { data: kept.data, ageSeconds, maxAgeSeconds: kept.maxAgeSeconds };
        }
      }
      // Whoever asks after a change must not be given what was begun before it.
      const flightKey = `${key}:${current}:${found.generation}`;
      let flight = flights.get(flightKey);
      lookups.inc({ outcome: flight ? 'joined' : 'miss' });
      if (!flight) {
        const abort = new AbortController();
        const result = make(key, hint, { epoch: current, generation: found.generation }, () => work(abort.signal));
        const started: Flight = { result, waiting: 0, abort };
        flight = started;
        flights.set(flightKey, started);
        const end = () => flights.get(flightKey) === started && flights.delete(flightKey);
        result.then(end, end);
        abort.signal.addEventListener('abort', end, { once: true });
      }
      return join(flight, signal);
    },
    forget() {
      generation++;
      memory.clear();
      heldBytes.set(0);
      if (redis?.isUp()) redis.client.incr(generationKey).catch(() => {});
    },
    close() {
      clearInterval(sweep);
      memory.clear();
    },
  };
}

/** Waits for a flight; the last who goes away ends it. */
async function join(flight: Flight, signal: AbortSignal): Promise<CachedAnswer> {
  flight.waiting++;
  const leave = () => {
    if (--flight.waiting === 0) flight.abort.abort(signal.reason);
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await flight.result;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function keyOf(
  { checked, operation, coerced }: PreparedOperation,
  { shared }: CacheHint,
  { subject, scopes, locale }: Pick<Caller, 'subject' | 'scopes' | 'locale'>,
  graph: string,
): string {
  const parts = [
    graph,
    checked.hash,
    operation.name?.value ?? '',
    // Coerced: in the order of the declarations, defaults put in, nothing that the operation does not declare.
    coerced,
    [...scopes].sort(),
    locale,
    shared ? null : subject,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
