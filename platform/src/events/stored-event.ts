/** An event as it stands in the log: validated, normalised, money in integer minor units. Times are ISO 8601. */
export interface StoredEvent {
  customer_key: string;
  message_id: string;
  type: 'track' | 'identify' | 'page' | 'alias';
  name: string;
  occurred_at: string;
  received_at: string;
  user_id: string | null;
  anonymous_id: string | null;
  source: string;
  properties: Record<string, unknown>;
  context: Record<string, unknown>;
}
