import { z } from 'zod';
import { isBlockedIdentity } from './blocked-identity.ts';
import { findEvent } from './catalogue.ts';
import { firstFault, inWords } from './fault-words.ts';
import { fromGa4 } from './ga4.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { toMinor } from './money.ts';
import type { StoredEvent } from './stored-event.ts';

/** Why an event was refused. */
export interface Rejection {
  code:
    | 'INVALID_ENVELOPE'
    | 'INVALID_PROPERTIES'
    | 'NO_IDENTITY'
    | 'BLOCKED_IDENTITY'
    | 'ERASED_CUSTOMER'
    | 'INVALID_TIME'
    | 'FUTURE_TIME'
    | 'TOO_LARGE'
    | 'CATALOGUE_FORBIDDEN'
    | 'UNSTORABLE_TEXT';
  path: string;
  message: string;
}

/** What the door needs to know of the shop. */
export interface NormaliseOptions {
  /** Time of arrival. */
  receivedAt: Date;
  /** Currency of priced events that name none. */
  currency: string;
  /** Whether the sender may speak for the shop's catalogue. A page's visitors may not: they would set its prices and stock. */
  mayChangeCatalogue: boolean;
  /** Largest size of an event; files of orders may hold larger ones than senders may send. */
  maximumBytes?: number;
}

export type Normalised = { ok: true; event: StoredEvent } | { ok: false; rejection: Rejection };

const maximumBytes = 32_768;
const dayMs = 86_400_000;
const moneyFields = [
  'price',
  'revenue',
  'total',
  'subtotal',
  'shipping',
  'tax',
  'discount',
  'value',
  'other',
  'cost',
] as const;
const minorFields = moneyFields.map((field) => `${field}_minor`);
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

const record = z.record(z.string(), z.unknown());
const envelope = z.object({
  type: z.enum(['track', 'identify', 'page', 'alias']),
  event: z.string().min(1).max(200).optional(),
  messageId: z.string().min(1).max(100),
  userId: z.string().max(200).optional(),
  anonymousId: z.string().max(200).optional(),
  previousId: z.string().max(200).optional(),
  originalTimestamp: z.string().max(40).optional(),
  sentAt: z.string().max(40).optional(),
  properties: record.optional(),
  traits: record.optional(),
  context: record.optional(),
});

const kinds: ReadonlySet<unknown> = new Set(['track', 'identify', 'page', 'alias']);
const isText = (value: unknown, longest: number): boolean =>
  value === undefined || (typeof value === 'string' && value.length <= longest);
const isRecord = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));

/** Whether an event has the shape of `envelope`; asked of every one, where the shape itself is asked for what is wrong with it. */
function isEnvelope(event: IncomingEvent): boolean {
  return (
    typeof event === 'object' &&
    event !== null &&
    kinds.has(event.type) &&
    isText(event.event, 200) &&
    event.event !== '' &&
    typeof event.messageId === 'string' &&
    event.messageId !== '' &&
    event.messageId.length <= 100 &&
    isText(event.userId, 200) &&
    isText(event.anonymousId, 200) &&
    isText(event.previousId, 200) &&
    isText(event.originalTimestamp, 40) &&
    isText(event.sentAt, 40) &&
    isRecord(event.properties) &&
    isRecord(event.traits) &&
    isRecord(event.context)
  );
}

/**
 * Turns what a sender wrote into what the log keeps: names made canonical, clock skew corrected, money in integer minor
 * units, totals of orders recomputed from their lines. Pure. Cost: linear in the event's size.
 */
export function normaliseEvent(incoming: IncomingEvent, options: NormaliseOptions): Normalised {
  if (!isEnvelope(incoming)) {
    const parsed = envelope.safeParse(incoming, inWords);
    if (!parsed.success) return refuse('INVALID_ENVELOPE', parsed.error);
  }
  const sent = incoming;
  if (sent.type === 'track' && !sent.event)
    return reject('INVALID_ENVELOPE', 'event', 'A track event needs a name in `event`.');

  const time = eventTime(sent.originalTimestamp, sent.sentAt, options.receivedAt);
  if (time === undefined)
    return reject('INVALID_TIME', 'originalTimestamp', 'The time is not a date of ISO 8601 between 1970 and 2100.');
  if (time.getTime() > options.receivedAt.getTime() + dayMs) {
    return reject(
      'FUTURE_TIME',
      'originalTimestamp',
      "The time is more than 24 hours ahead of this server: check the sender's clock.",
    );
  }

  const definition = sent.type === 'track' ? findEvent(sent.event as string) : undefined;
  if (definition?.own) {
    return reject(
      'INVALID_ENVELOPE',
      'event',
      `${definition.name} is written by this server alone: choose another name.`,
    );
  }
  if (definition?.catalogue && !options.mayChangeCatalogue) {
    return reject(
      'CATALOGUE_FORBIDDEN',
      'event',
      `${definition.name} changes the catalogue, which this key may not. Send it from the shop's server with a key that has the scope catalogue:write: npm run keys -- create --name NAME --scopes events:write,catalogue:write.`,
    );
  }
  const name = definition?.name ?? (sent.type === 'track' ? (sent.event as string) : sent.type);
  let properties: Record<string, unknown> = sent.type === 'identify' ? (sent.traits ?? {}) : (sent.properties ?? {});
  if (definition) {
    const isAlias = definition.name !== sent.event;
    const shaped = definition.properties.safeParse(isAlias ? fromGa4(properties) : properties, inWords);
    if (!shaped.success) return refuse('INVALID_PROPERTIES', shaped.error, 'properties');
    properties = shaped.data as Record<string, unknown>;
    const reserved = reservedField(properties);
    if (reserved) {
      return reject(
        'INVALID_PROPERTIES',
        `properties.${reserved}`,
        'Names that end with _minor are what this server makes of amounts: send the amount in decimal units under its own name.',
      );
    }
    properties = inMinorUnits(properties, options.currency);
    if (
      name === 'Order Completed' ||
      name === 'Order Refunded' ||
      // An update says what it changes: without lines and amounts it changes none.
      (name === 'Order Updated' && amountsOfUpdate.some((field) => field in properties))
    ) {
      completeOrder(properties);
      if (!isAmount(properties['revenue_minor']) || !isAmount(properties['total_minor'])) {
        return reject(
          'INVALID_PROPERTIES',
          'properties.products',
          'The lines of the order come to more than can be counted.',
        );
      }
    }
  }
  if (sent.type === 'alias') properties = { ...properties, previous_id: sent.previousId };

  const customer = customerKey(sent.userId, sent.anonymousId);
  let key: string;
  if (definition?.catalogue) key = `p:${String(properties['product_id'])}`;
  else if (customer === 'blocked') {
    return reject(
      'BLOCKED_IDENTITY',
      'userId',
      'This id is a placeholder (0, -1, null, undefined, anonymous): send the real id, or an anonymousId.',
    );
  } else if (customer === undefined) {
    return reject('NO_IDENTITY', 'userId', 'Neither userId nor anonymousId is given.');
  } else key = customer;

  const context = sent.context ?? {};
  const budget = { left: options.maximumBytes ?? maximumBytes };
  for (const [path, value] of [
    ['properties', properties],
    ['context', context],
    ['messageId', [key, sent.messageId, name]],
  ] as const) {
    const fault = findFault(value, budget, 0);
    if (fault) return reject(fault.code, [path, ...fault.path.reverse()].join('.'), fault.message);
  }
  return {
    ok: true,
    event: {
      customer_key: key,
      message_id: sent.messageId,
      type: sent.type,
      name,
      occurred_at: time.toISOString(),
      user_id: sent.userId ?? null,
      anonymous_id: sent.anonymousId ?? null,
      properties,
      context,
    },
  };
}

/** Key of the customer behind the ids of an event; `'blocked'` where the only id given is a placeholder. */
function customerKey(userId: string | undefined, anonymousId: string | undefined): string | undefined {
  if (userId !== undefined && !isBlockedIdentity(userId)) return `u:${userId}`;
  if (anonymousId !== undefined && !isBlockedIdentity(anonymousId)) return `a:${anonymousId}`;
  return userId === undefined && anonymousId === undefined ? undefined : 'blocked';
}

/** `receivedAt − (sentAt − originalTimestamp)` where both are given, else the original time, else that of arrival. */
function eventTime(original: string | undefined, sentAt: string | undefined, receivedAt: Date): Date | undefined {
  if (original === undefined) return receivedAt;
  const happened = Date.parse(original);
  const sent = sentAt === undefined ? Number.NaN : Date.parse(sentAt);
  if (Number.isNaN(happened) || (sentAt !== undefined && Number.isNaN(sent))) return undefined;
  const corrected = Number.isNaN(sent) ? happened : receivedAt.getTime() - (sent - happened);
  return corrected >= 0 && corrected < 4_102_444_800_000 ? new Date(corrected) : undefined;
}

/** Replaces each decimal money field by its integer `_minor` twin, at the top and in `products`. */
function inMinorUnits(properties: Record<string, unknown>, shopCurrency: string): Record<string, unknown> {
  const currency = typeof properties['currency'] === 'string' ? properties['currency'] : shopCurrency;
  let priced = convert(properties, currency);
  for (const line of linesOf(properties)) if (convert(line, currency)) priced = true;
  if (priced) properties['currency'] = currency;
  return properties;
}

/** The first field, at the top or in `products`, whose name is kept for amounts in minor units. */
function reservedField(properties: Record<string, unknown>): string | undefined {
  const own = minorFields.find((field) => field in properties);
  if (own) return own;
  for (const [i, line] of linesOf(properties).entries()) {
    const field = minorFields.find((name) => name in line);
    if (field) return `products.${i}.${field}`;
  }
  return undefined;
}

/** Lines of an event whose shape may leave them open: what is no object among them is none. */
function linesOf({ products }: Record<string, unknown>): Record<string, unknown>[] {
  if (!Array.isArray(products)) return [];
  return products.filter((line) => typeof line === 'object' && line !== null);
}

const largestMinor = 1e13;
/** Whether an amount leaves room for sums over all orders there may be. */
const isAmount = (minor: unknown): boolean => Number.isInteger(minor) && Math.abs(minor as number) <= largestMinor;

function convert(fields: Record<string, unknown>, currency: string): boolean {
  let found = false;
  for (const field of moneyFields) {
    const value = fields[field];
    if (typeof value !== 'number') continue;
    fields[`${field}_minor`] = toMinor(value, currency);
    delete fields[field];
    found = true;
  }
  return found;
}

const amountsOfUpdate = ['products', 'revenue_minor', 'total_minor'] as const;

/**
 * Revenue and total of an order from its lines. What the sender claimed is kept beside it where it differs
 * (`claimed_revenue_minor`, `claimed_total_minor`): a mismatch is shown, not hidden.
 */
function completeOrder(properties: Record<string, unknown>): void {
  const lines = properties['products'] as { price_minor: number; quantity: number }[] | undefined;
  const minor = (field: string): number => (properties[`${field}_minor`] as number | undefined) ?? 0;
  const claimedRevenue = properties['revenue_minor'] as number | undefined;
  const claimedTotal = properties['total_minor'] as number | undefined;
  const revenue = lines
    ? lines.reduce((sum, line) => sum + line.price_minor * line.quantity, 0) - minor('discount')
    : (claimedRevenue ?? claimedTotal ?? 0);
  const total = revenue + minor('shipping') + minor('tax') + minor('other');
  properties['revenue_minor'] = revenue;
  properties['total_minor'] = total;
  if (claimedRevenue !== undefined && claimedRevenue !== revenue) properties['claimed_revenue_minor'] = claimedRevenue;
  if (claimedTotal !== undefined && claimedTotal !== total) properties['claimed_total_minor'] = claimedTotal;
}

interface Fault {
  code: 'UNSTORABLE_TEXT' | 'TOO_LARGE';
  message: string;
  /** Keys from the fault outwards: only a faulty event pays for its path. */
  path: string[];
}

/**
 * What PostgreSQL could not store, or a reader trip over: NUL, half a surrogate pair, depth, numbers without value, prototype keys.
 * The same walk takes the size off the budget: text by UTF-8 bytes, eight for every other value.
 */
function findFault(value: unknown, budget: { left: number }, depth: number): Fault | undefined {
  if (typeof value === 'string') {
    budget.left -= Buffer.byteLength(value) + 3;
    if (value.includes('\u0000') || !value.isWellFormed()) {
      return unstorable('The text holds a NUL character or half a surrogate pair.');
    }
  } else if (value !== null && typeof value === 'object') {
    if (depth > 20) return unstorable('The value is nested more than 20 levels deep.');
    for (const key of Object.keys(value)) {
      if (forbiddenKeys.has(key)) return unstorable(`The key ${key} is not allowed.`);
      const fault =
        findFault(key, budget, depth) ?? findFault((value as Record<string, unknown>)[key], budget, depth + 1);
      if (fault) {
        fault.path.push(key);
        return fault;
      }
    }
  } else {
    budget.left -= 8;
    if (typeof value === 'number' && !Number.isFinite(value)) return unstorable('The number is not finite.');
  }
  return budget.left < 0 ? { code: 'TOO_LARGE', message: 'The event is larger than 32 KB.', path: [] } : undefined;
}

const unstorable = (message: string): Fault => ({ code: 'UNSTORABLE_TEXT', message, path: [] });

const reject = (code: Rejection['code'], path: string, message: string): Normalised => ({
  ok: false,
  rejection: { code, path, message },
});

function refuse(code: Rejection['code'], error: z.ZodError, prefix?: string): Normalised {
  const { path, message } = firstFault(error, 'The event', prefix);
  return reject(code, path, message);
}
