import { randomUUID } from 'node:crypto';
import { HttpError } from '../http/http-error.ts';
import { asObject, asText, asTime, type EventInput, withValues } from './event-input.ts';

/** Calls of the Segment HTTP API, and the kind of their event; a batch names the kind in each. */
export const segmentPaths: Readonly<Record<string, EventInput['type'] | 'BATCH'>> = {
  '/v1/batch': 'BATCH',
  '/v1/import': 'BATCH',
  '/v1/track': 'TRACK',
  '/v1/identify': 'IDENTIFY',
  '/v1/page': 'PAGE',
  '/v1/screen': 'PAGE',
  '/v1/alias': 'ALIAS',
};

const kinds: Readonly<Record<string, EventInput['type']>> = {
  track: 'TRACK',
  identify: 'IDENTIFY',
  page: 'PAGE',
  screen: 'PAGE',
  alias: 'ALIAS',
};

/** The events of a body of the Segment HTTP API. Throws HttpError where the body is none. */
export function fromSegment(path: string, body: unknown): EventInput[] {
  const sent = asObject(body);
  if (!sent) throw new HttpError(400, 'BAD_REQUEST', 'The body is not a JSON object.');
  const kind = segmentPaths[path];
  if (kind !== 'BATCH') return [toInput(sent, kind, sent)];
  if (!Array.isArray(sent['batch'])) throw new HttpError(400, 'BAD_REQUEST', 'The body has no list `batch`.');
  return sent['batch'].map((entry) => {
    const message = asObject(entry) ?? {};
    return toInput(message, kinds[asText(message['type']) ?? ''], sent);
  });
}

/** `batch` is what the message came in: its `sentAt` and `context` hold where the message has none of its own. */
function toInput(
  message: Record<string, unknown>,
  kind: EventInput['type'] | undefined,
  batch: Record<string, unknown>,
): EventInput {
  const type = kind ?? 'TRACK';
  const properties = asObject(message['properties']);
  // A call of a kind that is not known here (group …) is kept as a custom event of that name.
  const event = kind === undefined ? asText(message['type']) : asText(message['event']);
  return withValues<EventInput>({
    type,
    event: type === 'TRACK' ? event : undefined,
    messageId: asText(message['messageId']) ?? randomUUID(),
    userId: asText(message['userId']),
    anonymousId: asText(message['anonymousId']),
    previousId: asText(message['previousId']),
    originalTimestamp: asTime(message['originalTimestamp'] ?? message['timestamp']),
    sentAt: asTime(message['sentAt'] ?? batch['sentAt']),
    properties:
      type === 'PAGE'
        ? withValues({ name: asText(message['name']), category: asText(message['category']), ...properties })
        : properties,
    traits: asObject(message['traits']),
    context: asObject(message['context']) ?? asObject(batch['context']),
  });
}
