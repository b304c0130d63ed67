import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type {
  EventResolvers,
  QuarantineConnectionResolvers,
  QuarantinedEventResolvers,
  QueryResolvers,
} from '../generated/resolvers.ts';
import { loadEventTotals } from '../loaders/event-totals.ts';
import { loadEvents } from '../loaders/events.ts';
import { countQuarantine, loadQuarantine } from '../loaders/quarantine.ts';

export const events: QueryResolvers['events'] = (_parent, args, { db }) => loadEvents(db, args);

export const eventTotals: QueryResolvers['eventTotals'] = async (_parent, { where }, { db, shop }) => {
  const { currency } = await shop();
  const { events, orders, revenueMinor } = await loadEventTotals(db, where, currency);
  return { events, orders, revenue: { amountMinor: revenueMinor, currency } };
};

export const quarantine: QueryResolvers['quarantine'] = (_parent, args, { db }) => loadQuarantine(db, args);

export const Event: EventResolvers = {
  messageId: (row) => row.message_id,
  type: (row) => row.type.toUpperCase() as 'TRACK' | 'IDENTIFY' | 'PAGE' | 'ALIAS',
  occurredAt: (row) => row.occurred_at,
  receivedAt: (row) => row.received_at,
  userId: (row) => row.user_id,
  anonymousId: (row) => row.anonymous_id,
  customerId: (row) => (/^[ua]:/.test(row.customer_key) ? toGlobalId('Customer', row.customer_key) : null),
};

export const QuarantineConnection: QuarantineConnectionResolvers = {
  totalCount: ({ where }, _args, { db }) => countQuarantine(db, where),
};

export const QuarantinedEvent: QuarantinedEventResolvers = {
  id: ({ id }) => String(id),
  receivedAt: (row) => row.received_at,
};
