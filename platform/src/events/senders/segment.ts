import { createHash, randomUUID } from 'node:crypto';
import { asObject, asText, asTime, type CollectedEvent, notOfTheForm, withValues } from './collected-event.ts';

/** Calls of the Segment HTTP API, and the kind of their event; a batch names the kind in each, and a group is a custom event here. */
export const segmentPaths: Readonly<Record<string, CollectedEvent['type'] | 'BATCH' | 'GROUP'>> = {
  '/v1/batch': 'BATCH',
  '/v1/import': 'BATCH',
  '/v1/track': 'track',
  '/v1/identify': 'identify',
  '/v1/page': 'page',
  '/v1/screen': 'page',
  '/v1/alias': 'alias',
  '/v1/group': 'GROUP',
};

const kinds: Readonly<Record<string, CollectedEvent['type']>> = {
  track: 'track',
  identify: 'identify',
  page: 'page',
  screen: 'page',
  alias: 'alias',
};

/** The events of a body of the Segment HTTP API. Throws AppError where the body is none. */
export function fromSegment(path: string, body: unknown): CollectedEvent[] {
  const sent = asObject(body);
  if (!sent) throw notOfTheForm('The body is not a JSON object.');
  const kind = segmentPaths[path];
  if (kind === 'GROUP') return [toInput({ ...sent, type: 'group' }, undefined, surroundings(sent, sent))];
  if (kind !== 'BATCH') return [toInput(sent, kind, surroundings(sent, sent))];
  if (!Array.isArray(sent['batch'])) throw notOfTheForm('The body has no list `batch`.');
  return sent['batch'].map((entry) => {
    const message = asObject(entry) ?? {};
    return toInput(message, kinds[asText(message['type']) ?? ''], surroundings(message, sent));
  });
}

/**
 * One message as an archive of Segment's raw events holds it, a JSON object a line. Clock skew was corrected when it was archived
 * (`timestamp`), and a message without an id gets a digest of what it says. Throws AppError where it is none.
 */
export function fromSegmentArchive(line: unknown): CollectedEvent {
  const message = asObject(line);
  if (!message) throw notOfTheForm('The line is not a JSON object.');
  const messageId =
    asText(message['messageId']) ??
    `segment:${createHash('sha256').update(JSON.stringify(message)).digest('base64url')}`;
  return toInput(message, kinds[asText(message['type']) ?? ''], {
    messageId,
    originalTimestamp: asTime(message['timestamp'] ?? message['originalTimestamp']),
    sentAt: undefined,
    context: asObject(message['context']),
  });
}

/** What a message says of itself, or the batch that it came in says for it. */
function surroundings(message: Record<string, unknown>, batch: Record<string, unknown>): Surroundings {
  return {
    messageId: asText(message['messageId']) ?? randomUUID(),
    originalTimestamp: asTime(message['originalTimestamp'] ?? message['timestamp']),
    sentAt: asTime(message['sentAt'] ?? batch['sentAt']),
    context: asObject(message['context']) ?? asObject(batch['context']),
  };
}

type Surroundings = Pick<CollectedEvent, 'messageId' | 'originalTimestamp' | 'sentAt' | 'context'>;

function toInput(
  message: Record<string, unknown>,
  kind: CollectedEvent['type'] | undefined,
  around: Surroundings,
): CollectedEvent {
  const type = kind ?? 'track';
  const properties = asObject(message['properties']);
  // A call of a kind that is not known here (group …) is kept as a custom event of that name.
  const event = kind === undefined ? asText(message['type']) : asText(message['event']);
  return {
    type,
    event: type === 'track' ? event : undefined,
    userId: asText(message['userId']),
    anonymousId: asText(message['anonymousId']),
    previousId: asText(message['previousId']),
    properties:
      type === 'page'
        ? withValues({ name: asText(message['name']), category: asText(message['category']), ...properties })
        : properties,
    traits: asObject(message['traits']),
    ...around,
  };
}
