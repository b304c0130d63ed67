import { appendEvents } from '@cda/platform/events/append.ts';
import type { StoredEvent } from '@cda/platform/events/stored-event.ts';
import { type ExperimentState, experimentEvents, experimentLogKey } from '@cda/platform/experiments/experiment.ts';
import type { Pool } from 'pg';

const patienceMs = 1_000;
const stepMs = 20;

const nameOf = (state: ExperimentState): string =>
  ({
    DRAFT: experimentEvents.defined,
    RUNNING: experimentEvents.started,
    STOPPED: experimentEvents.stopped,
    ARCHIVED: experimentEvents.archived,
  })[state.status];

/**
 * Writes a revision into the log; false where somebody else has written one of this number. Its message id is its number, and the log
 * takes a message once: that is the whole of the concurrency control. `at` is the shop's clock, so that a change does not move the
 * present of historical data.
 */
export async function appendRevision(
  db: Pool,
  state: ExperimentState,
  at: Date,
  isRedefined: boolean,
): Promise<boolean> {
  const revision: StoredEvent = {
    customer_key: experimentLogKey(state.experiment_id),
    message_id: String(state.revision),
    type: 'track',
    name: isRedefined ? experimentEvents.defined : nameOf(state),
    occurred_at: at.toISOString(),
    user_id: null,
    anonymous_id: null,
    properties: state,
    context: {},
  };
  const [outcome] = await appendEvents(db, [revision], { receivedAt: new Date(), source: 'graph' });
  return outcome === 'STORED';
}

/** Waits until a revision is projected, so that whoever made it meets it in the next list; gives up after a second. */
export async function untilProjected(db: Pool, { experiment_id, revision }: ExperimentState): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const { rows } = await db.query<{ revision: number }>(
      'SELECT revision FROM analytics.experiment WHERE experiment = $1',
      [experiment_id],
    );
    if ((rows[0]?.revision ?? 0) >= revision) return;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
