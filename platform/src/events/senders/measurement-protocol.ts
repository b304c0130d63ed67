import { createHash, randomUUID } from 'node:crypto';
import { asObject, asText, type CollectedEvent, notOfTheForm, withValues } from './collected-event.ts';

/**
 * The events of a body of GA4's Measurement Protocol. It knows no message id: an event with `timestamp_micros` gets a digest of what
 * it says, so that sending it again does no harm; one without is taken as new. Throws AppError where the body is none.
 */
export function fromMeasurementProtocol(body: unknown): CollectedEvent[] {
  const sent = asObject(body);
  if (!sent) throw notOfTheForm('The body is not a JSON object.');
  if (!Array.isArray(sent['events'])) throw notOfTheForm('The body has no list `events`.');
  const identity = withValues({ userId: asText(sent['user_id']), anonymousId: asText(sent['client_id']) });
  const inputs: CollectedEvent[] = sent['events'].map((entry, index) => {
    const { name, params, timestamp_micros } = asObject(entry) ?? {};
    const micros = Number(timestamp_micros ?? sent['timestamp_micros']);
    const page = name === 'page_view';
    return withValues<CollectedEvent>({
      type: page ? 'page' : 'track',
      event: page ? undefined : asText(name),
      messageId: Number.isFinite(micros) ? digest([identity, micros, index, name, params]) : randomUUID(),
      ...identity,
      originalTimestamp: fromMicros(micros),
      properties: asObject(params) ?? {},
    });
  });
  const properties = asObject(sent['user_properties']);
  if (!properties) return inputs;
  const traits = Object.fromEntries(
    Object.entries(properties).map(([key, entry]) => [key, asObject(entry)?.['value'] ?? null]),
  );
  const micros = Number(sent['timestamp_micros']);
  return [
    withValues<CollectedEvent>({
      type: 'identify',
      messageId: Number.isFinite(micros) ? digest([identity, micros, traits]) : randomUUID(),
      ...identity,
      originalTimestamp: fromMicros(micros),
      traits,
    }),
    ...inputs,
  ];
}

function fromMicros(micros: number): string | undefined {
  const at = micros / 1000;
  return at >= 0 && at < 4_102_444_800_000 ? new Date(at).toISOString() : undefined;
}

const digest = (content: unknown): string =>
  `ga4:${createHash('sha256').update(JSON.stringify(content)).digest('base64url')}`;
