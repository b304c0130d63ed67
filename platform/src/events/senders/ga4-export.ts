import { createHash } from 'node:crypto';
import { asObject, asText, asTime, type CollectedEvent, notOfTheForm, withValues } from './collected-event.ts';

/**
 * The event of a line of GA4's BigQuery export (`event_name`, `event_timestamp` in microseconds, `event_params` as key and typed value).
 * Its message id is a digest of the line, so that exporting a day twice does no harm. Throws AppError where the line is none.
 */
export function fromGa4Export(line: unknown): CollectedEvent {
  const row = asObject(line);
  const name = asText(row?.['event_name']);
  if (!row || !name) throw notOfTheForm('The line has no event_name.');
  const micros = Number(row['event_timestamp']);
  const page = name === 'page_view';
  return withValues<CollectedEvent>({
    type: page ? 'page' : 'track',
    event: page ? undefined : name,
    messageId: `ga4:${createHash('sha256').update(JSON.stringify(row)).digest('base64url')}`,
    userId: asText(row['user_id']),
    anonymousId: asText(row['user_pseudo_id']),
    originalTimestamp: Number.isFinite(micros) ? asTime(micros / 1000) : undefined,
    properties: { ...parameters(row['event_params']), ...commerce(row) },
    context: withValues({
      locale: asText(asObject(row['device'])?.['language']),
      campaign: asObject(row['traffic_source']),
    }),
  });
}

function parameters(list: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const entry of Array.isArray(list) ? list : []) {
    const { key, value } = asObject(entry) ?? {};
    const typed = asObject(value) ?? {};
    const name = asText(key);
    const number = typed['int_value'] ?? typed['double_value'] ?? typed['float_value'];
    // The export writes 64-bit integers as text.
    if (name)
      found[name] = typed['string_value'] ?? (number === null || number === undefined ? undefined : Number(number));
  }
  return withValues(found);
}

function commerce(row: Record<string, unknown>): Record<string, unknown> {
  const { transaction_id, purchase_revenue, shipping_value, tax_value } = asObject(row['ecommerce']) ?? {};
  const items = Array.isArray(row['items'])
    ? row['items'].map((item) => withoutNulls(asObject(item) ?? {}))
    : undefined;
  return withoutNulls({
    transaction_id,
    value: purchase_revenue,
    shipping: shipping_value,
    tax: tax_value,
    items: items && items.length > 0 ? items : undefined,
  });
}

const withoutNulls = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '(not set)'),
  );
