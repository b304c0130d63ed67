import { acceptEvents } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import type { EventInput, MutationResolvers } from '../generated/resolvers.ts';

const maximumEvents = 2_500;

export const trackEvents: MutationResolvers['trackEvents'] = async (_parent, { input }, { db, shop }) => {
  if (input.length > maximumEvents) {
    return {
      __typename: 'InvalidInput',
      code: 'TOO_MANY_EVENTS',
      path: 'input',
      message: `${input.length} events at once; send at most ${maximumEvents} and the rest in the next call.`,
    };
  }
  const { currency } = await shop();
  const results = await acceptEvents(db, input.map(toIncoming), { source: 'api', currency });
  const count = (verdict: string): number => results.filter((result) => result.verdict === verdict).length;
  return {
    __typename: 'TrackEventsPayload',
    verdicts: results.map(({ messageId, verdict, rejection }) => ({ messageId, verdict, ...rejection })),
    accepted: count('ACCEPTED'),
    duplicates: count('DUPLICATE'),
    rejected: count('REJECTED'),
  };
};

/** GraphQL says null where the contract says nothing. */
function toIncoming({ type, ...rest }: EventInput): IncomingEvent {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  return { ...given, type: (type ?? 'TRACK').toLowerCase() as IncomingEvent['type'], messageId: rest.messageId };
}
