/** Tables that only timelines are read from. */
export const timelineTables = [
  'users.customer_message',
  'users.customer_profile_value',
  'users.customer_merge',
] as const;

/** Names of events that tell of messages to a customer: those of the Segment specs for e-mail, mobile and live chat, and the like. */
export const isMessage =
  "(name ~ '^(Email|Push Notification|SMS|In-App Message|Live Chat) ' OR name IN ('Unsubscribed', 'Subscribed'))";

/**
 * Statements that keep what timelines show beside orders and browsing.
 *
 * @param ofCustomers condition that picks the range's events of customers
 * @param traits SQL of what an `identify` says, by the column of `users.customer`
 */
export const timelineStatements = (
  ofCustomers: string,
  traits: Readonly<Record<string, string>>,
): readonly string[] => [
  `INSERT INTO users.customer_message (customer_key, message_id, occurred_at, name, about)
   SELECT customer_key, message_id, occurred_at, name,
     left(coalesce(nullif(trim(properties->>'email_subject'), ''), nullif(trim(properties->>'subject'), ''),
       nullif(trim(properties->>'campaign_name'), ''), nullif(trim(properties->>'title'), '')), 200)
   FROM events.log WHERE ${ofCustomers} AND ${isMessage}
   ON CONFLICT DO NOTHING`,
  `INSERT INTO users.customer_profile_value AS p (customer_key, field, digest, first_at, message_id)
   SELECT DISTINCT ON (customer_key, field, digest) customer_key, field, md5(value) AS digest, occurred_at, message_id COLLATE "C"
   FROM events.log, LATERAL (VALUES ${Object.entries(traits)
     .map(([field, value]) => `('${field.toUpperCase()}', ${value})`)
     .join(', ')}) AS v (field, value)
   WHERE ${ofCustomers} AND name = 'identify' AND value IS NOT NULL
   ORDER BY customer_key, field, digest, occurred_at, message_id COLLATE "C"
   ON CONFLICT (customer_key, field, digest) DO UPDATE SET first_at = EXCLUDED.first_at, message_id = EXCLUDED.message_id
   WHERE (EXCLUDED.first_at, EXCLUDED.message_id) < (p.first_at, p.message_id)`,
  `INSERT INTO users.customer_merge (customer_key, message_id, occurred_at, from_key, into_key, undone, by_whom)
   SELECT side.key, message_id, occurred_at, properties->>'from', properties->>'into', name = 'Customers Unmerged',
     coalesce(properties->>'by', '')
   FROM events.log, LATERAL (VALUES (properties->>'from'), (properties->>'into')) AS side (key)
   WHERE seq > $1 AND seq <= $2 AND left(customer_key, 2) = 'i:'
   ON CONFLICT DO NOTHING`,
];
