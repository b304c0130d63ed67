import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { counter } from '@cda/platform/telemetry/metrics.ts';
import type { HealthPart } from '../config.ts';
import type { Engine } from './engine.ts';

/** An engine whose supergraph may be exchanged while it answers. */
export interface HotEngine {
  /** The engine to begin a request with; a request that has begun keeps its own. */
  current(): Engine;
  /** `degraded` while the file holds a supergraph that was refused. */
  health(): Promise<HealthPart>;
  stop(): Promise<void>;
}

interface Options {
  supergraphPath: string;
  start: () => Promise<Engine>;
  /** How often the file is looked at, in milliseconds; 0 never. */
  everyMs: number;
  /** How long an engine that was replaced may go on with what it has begun, in milliseconds. */
  graceMs: number;
  log: Log;
}

const reloads = counter('cda_supergraph_reloads_total', 'New supergraphs by what became of them', ['outcome']);

/**
 * Serves a supergraph and takes a new one from the same file without a restart. A file that is no supergraph, or one that cannot be
 * planned with, is refused: the old one goes on, the log and the health page say so.
 */
export async function startHotEngine({ supergraphPath, start, everyMs, graceMs, log }: Options): Promise<HotEngine> {
  let current = await start();
  let seen = digestOf(supergraphPath);
  let servedSince = new Date();
  let refusedSince: Date | undefined;
  let checking: Promise<void> | undefined;
  const ending = new Set<Promise<void>>();
  const stopped = new AbortController();

  const check = async (): Promise<void> => {
    const found = digestOf(supergraphPath);
    if (found === undefined || found === seen) return;
    // Looked at twice: a file that is still being written is not what its author meant.
    await delay(50);
    if (digestOf(supergraphPath) !== found) return;
    seen = found;
    try {
      const next = await start();
      const old = current;
      current = next;
      servedSince = new Date();
      refusedSince = undefined;
      reloads.inc({ outcome: 'taken' });
      log.info({ supergraph: found.slice(0, 12) }, 'a new supergraph is served');
      const end = delay(graceMs, undefined, { signal: stopped.signal })
        .catch(() => {})
        .then(() => old.stop())
        .finally(() => ending.delete(end));
      ending.add(end);
    } catch (error) {
      refusedSince = new Date();
      reloads.inc({ outcome: 'refused' });
      log.error(
        { supergraph: found.slice(0, 12), fault: String(error) },
        'a new supergraph was refused; the old one is served on',
      );
    }
  };
  const timer =
    everyMs > 0
      ? setInterval(() => {
          checking ??= check().finally(() => {
            checking = undefined;
          });
        }, everyMs)
      : undefined;
  timer?.unref();

  return {
    current: () => current,
    health: async () => ({
      status: refusedSince ? 'degraded' : 'up',
      since: servedSince.toISOString(),
      ...(refusedSince
        ? { reason: 'the file holds a supergraph that was refused', refusedSince: refusedSince.toISOString() }
        : {}),
    }),
    stop: async () => {
      clearInterval(timer);
      await checking;
      stopped.abort();
      await Promise.all([...ending, current.stop()]);
    },
  };
}

/** Digest of a file; undefined where it cannot be read just now. */
function digestOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
