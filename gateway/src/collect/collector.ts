import type { IncomingMessage } from 'node:http';
import { AppError } from '@cda/platform/errors.ts';
import type { CollectedEvent } from '@cda/platform/events/senders/collected-event.ts';
import { fromMeasurementProtocol } from '@cda/platform/events/senders/measurement-protocol.ts';
import { fromSegment, segmentPaths } from '@cda/platform/events/senders/segment.ts';
import type { Transport } from '../graph/data-source.ts';
import type { RateLimit } from '../guards/rate-limit.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { readBody } from '../http/read-body.ts';
import { respondJson } from '../http/respond.ts';
import type { Authenticator } from '../who/authenticate.ts';
import type { Caller } from '../who/caller.ts';

const measurementPath = '/mp/collect';
const bodyLimitBytes = 500 * 1024;
const maximumEvents = 2_500;

const mutation = `mutation Collect($batch: JSON!) {
  trackEvents: collectEvents(batch: $batch) {
    __typename
    ... on TrackEventsPayload { accepted duplicates rejected verdicts(of: REJECTED) { messageId code path message } }
    ... on InvalidInput { code message }
  }
}`;

interface Refusal {
  messageId: string;
  code: string | null;
  path: string | null;
  message: string | null;
}

type Outcome =
  | { __typename: 'TrackEventsPayload'; accepted: number; duplicates: number; rejected: number; verdicts: Refusal[] }
  | { __typename: 'InvalidInput'; code: string; message: string };

export interface CollectorOptions {
  authenticator: Authenticator;
  /** The subgraph that takes events in. */
  analytics: Transport;
  identify(caller: Pick<Caller, 'subject' | 'scopes' | 'locale'>): Promise<Readonly<Record<string, string>>>;
  /** Requests of one key. */
  limit: RateLimit;
  timeoutMs: number;
  onFailure(error: unknown, requestId: string): void;
}

/** Whether a path belongs to the event door. */
export const isCollectPath = (path: string): boolean => Object.hasOwn(segmentPaths, path) || path === measurementPath;

/**
 * The event door for senders that speak the Segment HTTP API or GA4's Measurement Protocol. What it acknowledges is stored; what it
 * cannot store just now it refuses whole with 503 and Retry-After, and sending it again does no harm.
 */
export function createCollector(options: CollectorOptions): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { request, response, url, requestId } = exchange;
    const measurement = url.pathname === measurementPath;
    for (const [name, value] of Object.entries(openToAllOrigins)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'POST')
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Send events by POST.', { allow: 'POST' });
    const body = parse(await readBody(request, bodyLimitBytes));
    const caller = await authenticate(
      options.authenticator,
      request,
      measurement ? url.searchParams.get('api_secret') : keyOfBody(body),
    );
    const wait = await options.limit(caller.subject);
    if (wait > 0) {
      throw new HttpError(429, 'TOO_MANY_REQUESTS', `Too many requests with this key. Wait ${wait} s.`, {
        'retry-after': String(wait),
      });
    }
    const input = understand(() => (measurement ? fromMeasurementProtocol(body) : fromSegment(url.pathname, body)));
    if (input.length > maximumEvents) {
      throw new HttpError(413, 'TOO_MANY_EVENTS', `${input.length} events at once; send at most ${maximumEvents}.`);
    }
    const outcome = await store(input, await options.identify(caller), requestId, options);
    if (outcome.__typename === 'InvalidInput') throw new HttpError(413, outcome.code, outcome.message);
    const { accepted, duplicates, rejected, verdicts } = outcome;
    if (measurement && rejected === 0) {
      response.writeHead(204).end();
      return;
    }
    respondJson(response, 200, {
      success: true,
      accepted,
      duplicates,
      rejected,
      // What went well needs no line each.
      errors: verdicts,
    });
  };
}

/** The write key alone decides, and no cookie is looked at: pages of every origin may send. */
const openToAllOrigins = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, content-encoding',
  'access-control-expose-headers': 'retry-after, x-request-id',
  'access-control-max-age': '86400',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

function understand(read: () => CollectedEvent[]): CollectedEvent[] {
  try {
    return read();
  } catch (error) {
    throw error instanceof AppError ? new HttpError(400, 'BAD_REQUEST', error.message) : error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'BAD_REQUEST', 'The body is not JSON.');
  }
}

const keyOfBody = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : undefined;

/** Segment's clients send the write key as the user name of Basic authentication, or in the body where a browser can't set headers. */
async function authenticate(
  authenticator: Authenticator,
  request: IncomingMessage,
  otherKey: unknown,
): Promise<Caller> {
  const basic = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const key = basic === undefined ? otherKey : Buffer.from(basic, 'base64').toString().split(':')[0];
  const bearer = typeof key === 'string' && /^\S+$/.test(key) ? `Bearer ${key}` : request.headers.authorization;
  if (!bearer) throw unauthenticated('No write key was sent.');
  const { caller } = await authenticator.authenticate({ authorization: bearer });
  if (!caller) throw unauthenticated('The key that was sent does not hold: it is not whole, or was taken away.');
  if (!caller.scopes.includes('events:write')) {
    throw new HttpError(
      403,
      'FORBIDDEN',
      'This key may not send events. Make a write key: npm run keys -- create --kind write --name NAME.',
    );
  }
  return caller;
}

const unauthenticated = (what: string): HttpError =>
  new HttpError(
    401,
    'UNAUTHENTICATED',
    `${what} Make one (npm run keys -- create --kind write --name NAME) and send it as the user name of Basic authentication, as "Authorization: Bearer", or to /mp/collect as api_secret.`,
    { 'www-authenticate': 'Basic realm="events"' },
  );

async function store(
  input: readonly CollectedEvent[],
  headers: Readonly<Record<string, string>>,
  requestId: string,
  { analytics, timeoutMs, onFailure }: CollectorOptions,
): Promise<Outcome> {
  const unavailable = (fault: unknown): HttpError => {
    onFailure(fault, requestId);
    return new HttpError(
      503,
      'UNAVAILABLE',
      'Events cannot be stored just now. Send them again in a moment: sending twice does no harm.',
      { 'retry-after': '2' },
    );
  };
  const result = await analytics({
    query: mutation,
    variables: { batch: input },
    operationName: undefined,
    headers: { ...headers, 'x-request-id': requestId },
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((fault: unknown) => {
    // A value so deep that it cannot be written down again; sending it again would not help.
    if (fault instanceof RangeError) throw new HttpError(400, 'BAD_REQUEST', 'The events are nested too deeply.');
    throw unavailable(fault);
  });
  const fault = result.errors?.[0];
  const outcome = result.data?.['trackEvents'] as Outcome | null | undefined;
  if (fault || !outcome) throw unavailable(fault?.message ?? 'no answer');
  return outcome;
}
