import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { type Day, dayIndexAt } from './days.ts';

/** Gathers events that are made out of order, as long as none is made for a day that was taken already. */
export interface Timeline {
  add(at: number, event: IncomingEvent): void;
  /** The events of a day in time order; those of the same instant in the order in which they were made. */
  take(day: number): IncomingEvent[];
}

/** Events after `until` are forgotten. */
export function createTimeline(days: readonly Day[], until: number): Timeline {
  const buckets: ([number[], IncomingEvent[]] | undefined)[] = [];
  return {
    add(at, event) {
      if (at > until) return;
      const day = dayIndexAt(days, at);
      event.originalTimestamp = new Date(at).toISOString();
      const [times, made] = buckets[day] ?? [[], []];
      times.push(at);
      made.push(event);
      buckets[day] = [times, made];
    },
    take(day) {
      const [times, made] = buckets[day] ?? [[], []];
      buckets[day] = undefined;
      const order = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
      return order.map((i) => made[i]!);
    },
  };
}
