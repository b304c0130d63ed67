import { acceptEvents, type Verdict } from '@cda/platform/events/accept.ts';
import { loadCurrency } from '@cda/platform/events/clock.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { toCatalogueEvent } from '@cda/platform/events/schema-org.ts';
import type { Context } from '../context.ts';
import type {
  EventInput,
  MutationResolvers,
  ResolversTypes,
  TrackEventsPayloadResolvers,
} from '../generated/resolvers.ts';
import { loadQuarantined } from '../loaders/quarantine.ts';

type Result = Awaited<ResolversTypes['TrackEventsResult']>;

const maximumEvents = 2_500;
const maximumResubmissions = 500;

export const trackEvents: MutationResolvers['trackEvents'] = async (_parent, { input }, context) => {
  if (input.length > maximumEvents) return tooMany(input.length, maximumEvents);
  return acceptAll(context, input.map(toIncoming));
};

/** The gateway has bounded and shaped the batch; the door itself checks every event. */
export const collectEvents: MutationResolvers['collectEvents'] = (_parent, { batch }, context) =>
  acceptAll(context, batch as IncomingEvent[]);

export const upsertProducts: MutationResolvers['upsertProducts'] = async (_parent, { input }, { db }) => {
  if (input.length > maximumEvents) return tooMany(input.length, maximumEvents);
  const currency = await loadCurrency(db);
  const receivedAt = new Date();
  const events = input.map((product) => toCatalogueEvent(product, receivedAt));
  return toPayload(await acceptEvents(db, events, { source: 'api', currency, receivedAt, mayChangeCatalogue: true }));
};

export const resubmitEvents: MutationResolvers['resubmitEvents'] = async (_parent, { input }, { db, identity }) => {
  if (input.length > maximumResubmissions) return tooMany(input.length, maximumResubmissions);
  const ids = input.map(({ id }) => id);
  const rows = await loadQuarantined(db, ids);
  const missing = ids.filter((_id, i) => rows[i] === null);
  if (missing.length > 0) {
    return invalid(
      'NOT_FOUND',
      'input',
      `The quarantine holds no event ${missing.slice(0, 5).join(', ')}: it was taken in or removed before.`,
    );
  }
  const currency = await loadCurrency(db);
  const events = input.map(({ event }, i) => (event ? toIncoming(event) : (rows[i]?.raw as IncomingEvent)));
  const verdicts = await acceptEvents(db, events, {
    source: 'resubmitted',
    currency,
    quarantine: false,
    mayChangeCatalogue: mayChangeCatalogue(identity),
  });
  const taken = ids.filter((_id, i) => verdicts[i]?.verdict !== 'REJECTED');
  await db.query('DELETE FROM events.quarantine WHERE id::text = ANY ($1)', [taken]);
  return toPayload(verdicts);
};

export const TrackEventsPayload: TrackEventsPayloadResolvers = {
  verdicts: ({ verdicts }, { of }) => (of ? verdicts.filter(({ verdict }) => of.includes(verdict)) : verdicts),
};

/** Takes in what came through the graph. */
export async function acceptAll(
  { db, identity }: Pick<Context, 'db' | 'identity'>,
  events: IncomingEvent[],
): Promise<Result> {
  const currency = await loadCurrency(db);
  const options = { source: 'api', currency, mayChangeCatalogue: mayChangeCatalogue(identity) };
  return toPayload(await acceptEvents(db, events, options));
}

const mayChangeCatalogue = ({ scopes }: Context['identity']): boolean => scopes.includes('catalogue:write');

function toPayload(results: readonly Verdict[]): Result {
  const count = { ACCEPTED: 0, DUPLICATE: 0, REJECTED: 0 };
  const verdicts = results.map(({ messageId, verdict, rejection }) => {
    count[verdict]++;
    return { messageId, verdict, ...rejection };
  });
  return {
    __typename: 'TrackEventsPayload',
    verdicts,
    accepted: count.ACCEPTED,
    duplicates: count.DUPLICATE,
    rejected: count.REJECTED,
  };
}

const invalid = (code: string, path: string, message: string): Result => ({
  __typename: 'InvalidInput',
  code,
  path,
  message,
});

export const tooMany = (given: number, most: number): Result =>
  invalid('TOO_MANY_EVENTS', 'input', `${given} at once; send at most ${most} and the rest in the next call.`);

/** GraphQL says null where the contract says nothing. */
function toIncoming({ type, ...rest }: EventInput): IncomingEvent {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  return { ...given, type: (type ?? 'TRACK').toLowerCase() as IncomingEvent['type'], messageId: rest.messageId };
}
