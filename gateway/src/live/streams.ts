import type { LivePlan } from '../executor/live-plan.ts';
import type { Caller } from '../who/caller.ts';
import { openSharedStream, type SharedStream, type SharedStreamOptions } from './shared-stream.ts';
import type { Subscriber } from './subscriber.ts';

/** A subscription of one caller. */
export interface Wanted {
  plan: LivePlan;
  /** Differs between engines, documents and operations. */
  planKey: string;
  variables: Readonly<Record<string, unknown>>;
  coerced: Readonly<Record<string, unknown>>;
  caller: Caller;
  lastPosition: string | undefined;
}

/** The open streams of subgraphs, each read by all who ask for the same and may see the same. */
export interface Streams {
  join(wanted: Wanted, onSlow: () => void): Subscriber;
}

type Open = (wanted: Wanted, ends: Pick<SharedStreamOptions, 'onChosen' | 'onEnd'>) => SharedStreamOptions;

export function createStreams(toOptions: Open): Streams {
  const shared = new Map<string, SharedStream>();
  return {
    join(wanted, onSlow) {
      const key = keyOf(wanted);
      const known = wanted.lastPosition === undefined ? shared.get(key) : undefined;
      if (known) return known.join(onSlow);
      const forget = (): void => {
        if (shared.get(key) === stream) shared.delete(key);
      };
      const stream = openSharedStream(toOptions(wanted, { onChosen: forget, onEnd: forget }));
      // Whoever goes on at a place of their own reads alone.
      if (wanted.lastPosition === undefined) shared.set(key, stream);
      return stream.join(onSlow);
    },
  };
}

/**
 * Same text, same variables, same rights, same language: the same answer. Where personal fields are read the viewer counts as well,
 * because each viewer's reading is written down.
 */
function keyOf({ plan, planKey, variables, caller }: Wanted): string {
  return JSON.stringify([
    planKey,
    sorted(variables),
    [...caller.scopes].sort(),
    caller.locale,
    plan.personal ? caller.subject : '',
  ]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}
