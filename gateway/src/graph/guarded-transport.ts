import { counter, gauge } from '@cda/platform/telemetry/metrics.ts';
import type { Fetch, FetchResult, Transport } from './data-source.ts';
import { noAnswer } from './within.ts';

/** A subgraph that is not asked just now, because it does not answer or has more to do than it can. */
export class SubgraphRefused extends Error {}

export interface GuardedTransport {
  transport: Transport;
  /** Whether it is not asked just now. */
  isOpen(): boolean;
  close(): void;
}

export interface TransportLimits {
  /** Longest wait for an answer, in milliseconds. */
  timeoutMs: number;
  /** Calls at once, and calls that may wait for room. */
  running: number;
  waiting: number;
  /** Failures in a row after which it is not asked any more. */
  failures: number;
  /** A call that waits this long, while nothing else was answered, makes us ask whether anybody is there; in milliseconds. */
  suspicionMs: number;
  /** How often it is asked whether it is back, and how long that answer may take; in milliseconds. */
  probeEveryMs: number;
  probeTimeoutMs: number;
}

const standardLimits: Omit<TransportLimits, 'timeoutMs'> = {
  running: 128,
  waiting: 4_096,
  failures: 5,
  suspicionMs: 2_000,
  probeEveryMs: 1_000,
  probeTimeoutMs: 1_500,
};

const openNow = gauge('cda_subgraph_circuit_open', 'Whether a subgraph is not asked just now: 1 or 0', ['subgraph']);
const retries = counter('cda_subgraph_retries_total', 'Calls of a subgraph that were made again', ['subgraph']);
const refusals = counter('cda_subgraph_refused_total', 'Calls of a subgraph that were refused without asking it', [
  'subgraph',
  'reason',
]);
const inFlight = gauge('cda_subgraph_calls', 'Calls of a subgraph under way', ['subgraph']);

interface Call {
  since: number;
  query: boolean;
  fail(error: Error): void;
}

/**
 * A transport that gives up in time and asks nobody who is not there.
 *
 * - Each call has a time limit, and its end reaches the subgraph: what nobody waits for is cancelled there.
 * - A query whose connection failed is sent once more; a mutation never, nor a query that took too long.
 * - A bounded number of calls runs and waits, so that one slow subgraph does not hold all requests.
 * - After several failures in a row, or where a call hangs and a small probe is not answered either, the circuit opens: calls
 *   fail at once, queries under way too, and only the probe goes on. The first that is answered closes it again. So no request is ever the one
 *   to try, and a connection that is open at one end only is found out within seconds.
 */
export function guardTransport(
  name: string,
  transport: Transport,
  probe: (signal: AbortSignal) => Promise<unknown>,
  given: Partial<TransportLimits> & Pick<TransportLimits, 'timeoutMs'>,
): GuardedTransport {
  const limits: TransportLimits = { ...standardLimits, ...given };
  const calls = new Set<Call>();
  const queue = new Set<{ go(): void; fail(error: Error): void }>();
  let running = 0;
  let failures = 0;
  let answeredAt = 0;
  let isOpen = false;
  let probing = false;
  let probedAt = 0;
  openNow.set({ subgraph: name }, 0);

  const open = (): void => {
    if (isOpen) return;
    isOpen = true;
    openNow.set({ subgraph: name }, 1);
    const refused = new SubgraphRefused(`${name} does not answer.`);
    for (const waiting of queue) waiting.fail(refused);
    queue.clear();
    // What a mutation came to is not known, so whoever sent one goes on waiting.
    for (const call of calls) if (call.query) call.fail(refused);
  };
  const answered = (): void => {
    failures = 0;
    answeredAt = performance.now();
    if (!isOpen) return;
    isOpen = false;
    openNow.set({ subgraph: name }, 0);
  };
  const ask = async (): Promise<void> => {
    probing = true;
    probedAt = performance.now();
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        probe(abort.signal),
        new Promise((_, reject) => {
          timer = setTimeout(() => reject(noAnswer), limits.probeTimeoutMs);
        }),
      ]);
      answered();
    } catch {
      abort.abort();
      open();
    } finally {
      clearTimeout(timer);
      probing = false;
    }
  };
  let shown = 0;
  const watch = setInterval(() => {
    if (calls.size !== shown) {
      shown = calls.size;
      inFlight.set({ subgraph: name }, shown);
    }
    if (probing) return;
    const now = performance.now();
    if (isOpen) {
      if (now - probedAt >= limits.probeEveryMs) ask();
      return;
    }
    const [oldest] = calls;
    const since = oldest && Math.max(oldest.since, answeredAt, probedAt);
    if (since !== undefined && now - since >= limits.suspicionMs) ask();
  }, 250);
  watch.unref();

  /** Room for one call, or a refusal. */
  const enter = (): Promise<void> | undefined => {
    if (running < limits.running) {
      running++;
      return undefined;
    }
    if (queue.size >= limits.waiting) {
      refusals.inc({ subgraph: name, reason: 'busy' });
      return Promise.reject(new SubgraphRefused(`${name} has too much to do.`));
    }
    return new Promise((go, fail) => queue.add({ go, fail }));
  };
  const leave = (): void => {
    const [next] = queue;
    if (next) {
      queue.delete(next);
      next.go();
    } else running--;
  };

  /** One call: it ends with the answer, with the caller's signal, with the circuit, or in time. */
  const once = (fetch: Fetch): Promise<FetchResult> =>
    new Promise((resolve, reject) => {
      const abort = new AbortController();
      const call: Call = {
        since: performance.now(),
        query: isQuery(fetch.query),
        fail: (error) => {
          settle();
          abort.abort(error);
          reject(error);
        },
      };
      const timer = setTimeout(() => call.fail(noAnswer), limits.timeoutMs);
      const stop = () => call.fail(new Error('Nobody waits for the answer any more.'));
      const settle = (): void => {
        clearTimeout(timer);
        fetch.signal.removeEventListener('abort', stop);
        calls.delete(call);
      };
      calls.add(call);
      fetch.signal.addEventListener('abort', stop, { once: true });
      if (fetch.signal.aborted) return stop();
      transport({ ...fetch, signal: abort.signal }).then(
        (result) => {
          settle();
          answered();
          resolve(result);
        },
        (error: Error) => {
          settle();
          reject(error);
        },
      );
    });

  const failed = (error: unknown, fetch: Fetch): void => {
    // Whoever goes away says nothing of the subgraph.
    if (error instanceof SubgraphRefused || fetch.signal.aborted) return;
    if (++failures >= limits.failures) open();
  };

  return {
    isOpen: () => isOpen,
    close: () => clearInterval(watch),
    transport: async (fetch) => {
      if (isOpen) {
        refusals.inc({ subgraph: name, reason: 'open' });
        throw new SubgraphRefused(`${name} does not answer.`);
      }
      await enter();
      try {
        try {
          return await once(fetch);
        } catch (error) {
          const again = error !== noAnswer && !(error instanceof SubgraphRefused) && !fetch.signal.aborted;
          if (!again || !isQuery(fetch.query)) throw error;
          // Not all at the same moment, where a connection took many of them with it.
          await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
          if (isOpen || fetch.signal.aborted) throw error;
          retries.inc({ subgraph: name });
          return await once(fetch);
        }
      } catch (error) {
        failed(error, fetch);
        throw error;
      } finally {
        leave();
      }
    },
  };
}

/** Whether the text of a fetch only reads; plans begin with the kind of operation, or with its selection. */
const isQuery = (text: string): boolean => /^\s*(query\b|\{)/.test(text);
