/**
 * An event as it stands in the log: validated, normalised, money in integer minor units. Times are ISO 8601. When and by which way
 * it came is said of a whole batch (`Arrival`).
 */
export interface StoredEvent {
  customer_key: string;
  message_id: string;
  type: 'track' | 'identify' | 'page' | 'alias';
  name: string;
  occurred_at: string;
  user_id: string | null;
  anonymous_id: string | null;
  properties: Record<string, unknown>;
  context: Record<string, unknown>;
}
