/** An event as senders give it: camelCase envelope, decimal money; nothing is checked yet. */
export interface IncomingEvent {
  type: 'track' | 'identify' | 'page' | 'alias';
  event?: string;
  messageId: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  originalTimestamp?: string;
  sentAt?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context?: Record<string, unknown>;
}
