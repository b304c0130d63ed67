import type { Pool } from 'pg';
import { appendEvents } from './append.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { type NormaliseOptions, normaliseEvent, type Rejection } from './normalise.ts';
import { quarantineRows } from './quarantine.ts';
import type { StoredEvent } from './stored-event.ts';

/** What became of one event. */
export interface Verdict {
  messageId: string;
  verdict: 'ACCEPTED' | 'DUPLICATE' | 'REJECTED';
  rejection?: Rejection;
}

/** How events come in. */
export interface AcceptOptions extends Omit<NormaliseOptions, 'receivedAt'> {
  /** Way that they come in by. */
  source: string;
  receivedAt?: Date;
  /** Line or place of each event, for the quarantine. */
  positions?: readonly number[];
  /** Whether refused events are kept; false where they are kept already. */
  quarantine?: boolean;
}

const erased: Rejection = {
  code: 'ERASED_CUSTOMER',
  path: 'userId',
  message: 'This customer was erased from this shop, and no event of theirs is taken in again.',
};

/**
 * The door to the log: every way in (GraphQL, HTTP, files, the demo shop) goes through here. Each event has its own
 * verdict, in the order given; refused ones are kept in quarantine; accepted ones are durable when it resolves.
 */
export async function acceptEvents(
  pool: Pool,
  incoming: readonly IncomingEvent[],
  options: AcceptOptions,
): Promise<Verdict[]> {
  const receivedAt = options.receivedAt ?? new Date();
  const verdicts: Verdict[] = [];
  const events: StoredEvent[] = [];
  const places: number[] = [];
  const refused: Parameters<typeof quarantineRows>[1][number][] = [];
  incoming.forEach((event, index) => {
    const result = normaliseEvent(event, { ...options, receivedAt });
    const messageId = typeof event?.messageId === 'string' ? event.messageId.slice(0, 100) : '';
    if (result.ok) {
      places.push(index);
      events.push(result.event);
      verdicts.push({ messageId, verdict: 'ACCEPTED' });
    } else {
      const position = options.positions?.[index] ?? null;
      refused.push({ source: options.source, position, ...result.rejection, raw: event });
      verdicts.push({ messageId, verdict: 'REJECTED', rejection: result.rejection });
    }
  });
  const outcomes = await appendEvents(pool, events, { receivedAt, source: options.source });
  outcomes.forEach((outcome, i) => {
    const verdict = verdicts[places[i] as number];
    if (!verdict || outcome === 'STORED') return;
    verdict.verdict = outcome === 'DUPLICATE' ? 'DUPLICATE' : 'REJECTED';
    // Not kept in quarantine: that would bring back what was erased.
    if (outcome === 'ERASED') verdict.rejection = erased;
  });
  if (options.quarantine ?? true) await quarantineRows(pool, refused);
  return verdicts;
}
