import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { type LiveRequest, watch } from '@cda/platform/live/live-request.ts';
import { begunAt, happened } from '@cda/platform/live/source-event.ts';
import type { Pool } from 'pg';
import type { SubscriptionEventsReceivedArgs } from '../generated/resolvers.ts';
import { type EventRow, loadEventsBetween, toConditions } from '../loaders/events.ts';
import { loadHorizon } from '../loaders/progress.ts';

interface Root {
  eventsReceived: EventRow;
}

/** Events that one statement reads; a reader who is far behind gets them page by page as they are taken. */
const pageSize = 200;

/**
 * The log's events as they are counted in. The place in the log is all that the stream remembers, and what lies before the
 * horizon is final, so nothing is left out and nothing comes twice however often it is taken up again.
 */
export async function receivedEvents(
  db: Pool,
  live: LiveRequest,
  { where, after }: Partial<SubscriptionEventsReceivedArgs>,
): Promise<AsyncIterable<Root>> {
  // Faults in the conditions are told now, while they still can be told as such.
  toConditions(where);
  if (typeof after === 'number' && after < 0) throw invalidArgument('after', 'Give the seq of an event.');
  const lost = live.lastPosition === undefined ? undefined : toSeq(live.lastPosition);
  let at = lost ?? after ?? (await loadHorizon(db));
  return watch<Root>(live, {
    concerns: ({ topic, key }) => topic === 'projection' && key.startsWith('analytics.'),
    look: async function* (first) {
      if (first) yield begunAt<Root>(String(at), typeof (lost ?? after) === 'number');
      const horizon = await loadHorizon(db);
      while (at < horizon && !live.signal.aborted) {
        const page = await loadEventsBetween(db, where, { from: at, to: horizon, most: pageSize });
        for (const event of page) {
          at = event.seq;
          yield happened({ eventsReceived: event }, String(event.seq));
        }
        if (page.length < pageSize) at = horizon;
      }
    },
  });
}

function toSeq(position: string): number {
  if (!/^\d{1,16}$/.test(position)) throw invalidArgument('after', 'This is no position of this stream.');
  return Number(position);
}
