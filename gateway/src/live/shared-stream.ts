import { setTimeout as delay } from 'node:timers/promises';
import { graphError } from '@cda/platform/graph/graph-error.ts';
import type { LiveMessage } from '@cda/platform/live/live-message.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { LivePlan } from '../executor/live-plan.ts';
import type { GatewayContext } from '../graph/context.ts';
import type { EngineResult } from '../graph/engine.ts';
import { formatError } from '../graph/error-format.ts';
import { within } from '../graph/within.ts';
import { liveFigures } from './live-figures.ts';
import type { LiveLimits } from './live-limits.ts';
import type { LiveSource } from './live-source.ts';
import { createSubscriber, type Delivery, type Subscriber } from './subscriber.ts';

export interface SharedStreamOptions {
  plan: LivePlan;
  source: LiveSource;
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  /** With the operation's defaults. */
  coerced: Readonly<Record<string, unknown>>;
  /** Stands in logs and in errors. */
  id: string;
  /** Position after which the client wants to go on. */
  lastPosition: string | undefined;
  /** A context to ask subgraphs in, signed anew: a stream lives longer than a signature. */
  createContext: (signal: AbortSignal) => Promise<GatewayContext>;
  /** Completes one event when there is room for it among the operations that run. */
  run: (work: () => Promise<EngineResult>) => Promise<EngineResult>;
  limits: LiveLimits;
  timeoutMs: number;
  log: Log;
  /** The reader chose where it begins, so that nobody else may join. */
  onChosen: () => void;
  onEnd: () => void;
}

/** One stream of a subgraph and all who read it. It ends with the last of them. */
export interface SharedStream {
  /** `onSlow` is called where the reader fell too far behind and has been cut off. */
  join(onSlow: () => void): Subscriber;
}

/**
 * Follows a subgraph's stream for all subscriptions that ask for the same: each event is completed and formatted once and then handed
 * to every reader. A stream that is lost is opened again where it was lost.
 */
export function openSharedStream(options: SharedStreamOptions): SharedStream {
  const { plan, source, variables, coerced, id, createContext, run, limits, timeoutMs, log } = options;
  const readers = new Map<Subscriber, () => void>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let position = options.lastPosition;
  let latest: Delivery | undefined;
  let ended = false;
  let onJoin = (): void => {};

  const cut = (reader: Subscriber, onSlow: () => void): void => {
    liveFigures.dropped.inc();
    onSlow();
    void reader.return();
  };

  const hand = async (delivery: Delivery): Promise<void> => {
    latest = delivery.state ? delivery : undefined;
    for (const [reader, onSlow] of readers) {
      liveFigures.sent.inc();
      if (!reader.push(delivery)) cut(reader, onSlow);
    }
    const [only, ...others] = [...readers];
    if (!only || others.length > 0) return;
    // Whoever reads alone may take their time, and the subgraph is read no faster. Where there are several, nobody waits for one.
    const joined = new Promise<boolean>((resolve) => {
      onJoin = () => resolve(true);
    });
    const [reader, onSlow] = only;
    const keepsUp = await Promise.race([reader.room(limits.patienceMs), joined]);
    if (!keepsUp && readers.has(reader)) cut(reader, onSlow);
  };

  const toDelivery = (result: EngineResult, state: boolean): Delivery => {
    const formatted: FormattedExecutionResult = {
      ...(result.errors?.length
        ? {
            errors: result.errors.map((error) =>
              formatError(error, { requestId: id, suggestions: false }, (fault) =>
                log.error({ requestId: id, path: fault.path, fault: fault.message }, 'a field failed'),
              ),
            ),
          }
        : {}),
      ...('data' in result ? { data: result.data ?? null } : {}),
    };
    return { result: formatted, text: JSON.stringify(formatted), position, state };
  };

  const complete = (result: NonNullable<LiveMessage['result']>): Promise<EngineResult> => {
    if (!plan.federated) return plan.complete(result, { context: undefined as never, variables, coerced });
    return run(async () => {
      liveFigures.executions.inc();
      const context = await createContext(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      return plan.complete(result, { context, variables, coerced });
    });
  };

  const tell = (errors: readonly GraphQLFormattedError[]): void => {
    const delivery = toDelivery({ errors }, false);
    for (const [reader, onSlow] of readers) if (!reader.push(delivery)) cut(reader, onSlow);
  };

  const unavailable = (): GraphQLFormattedError =>
    graphError(
      'SUBGRAPH_UNAVAILABLE',
      `The part "${plan.subgraph}" does not answer just now; the stream goes on when it does.`,
    ).toJSON();

  const pick = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));

  /** Follows the stream until it is lost; true where the subgraph has ended it for good. */
  const follow = async (again: boolean, onOpen: () => void): Promise<boolean> => {
    const { subgraphHeaders } = await createContext(signal);
    const opened = await within(
      source({
        query: plan.query,
        operationName: plan.operationName,
        variables: pick(plan.variableUsages),
        headers: subgraphHeaders,
        signal,
        lastPosition: position,
      }),
      timeoutMs,
    );
    if (!(Symbol.asyncIterator in opened)) {
      tell(opened.errors ?? [unavailable()]);
      return true;
    }
    onOpen();
    for await (const message of opened) {
      if (signal.aborted) return true;
      if (message.position !== undefined) position = message.position;
      if (message.chosen && !again) options.onChosen();
      if (message.result) await hand(toDelivery(await complete(message.result), message.state ?? false));
    }
    return false;
  };

  const pump = async (): Promise<void> => {
    let opened = false;
    let awaySince: number | undefined;
    let told = false;
    for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        const over = await follow(opened, () => {
          opened = true;
          awaySince = undefined;
          told = false;
          pauseMs = 100;
        });
        if (over) return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ requestId: id, subgraph: plan.subgraph, fault: String(error) }, 'a live stream is away');
      }
      if (signal.aborted) return;
      if (!opened) {
        tell([unavailable()]);
        return;
      }
      liveFigures.lost.inc({ subgraph: plan.subgraph });
      awaySince ??= performance.now();
      if (!told && performance.now() - awaySince > limits.tellAwayMs) {
        told = true;
        tell([unavailable()]);
      }
      // Not all at once: a part that has just come back has enough to do.
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {});
    }
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    stopping.abort();
    liveFigures.streams.dec({ subgraph: plan.subgraph });
    options.onEnd();
    for (const [reader] of readers) reader.finish();
  };

  liveFigures.streams.inc({ subgraph: plan.subgraph });
  return {
    join(onSlow) {
      const reader = createSubscriber({
        waitingResults: limits.waitingResults,
        waitingBytes: limits.waitingBytes,
        onEnd: () => {
          readers.delete(reader);
          liveFigures.subscribers.dec();
          if (readers.size === 0) end();
        },
      });
      const first = readers.size === 0;
      readers.set(reader, onSlow);
      liveFigures.subscribers.inc();
      onJoin();
      if (latest) reader.push(latest);
      if (first) {
        pump()
          .catch((error: unknown) => log.error({ requestId: id, fault: String(error) }, 'a live stream failed'))
          .finally(end);
      }
      return reader;
    },
  };
}
