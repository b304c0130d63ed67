/** How much of live results one gateway gives, and to whom. */
export interface LiveLimits {
  /** Connections that are open at once, WebSockets and event streams together. */
  connections: number;
  /** Of these, those of one viewer. */
  connectionsPerViewer: number;
  /** Of these, those from one address of which nobody knows yet who reads them. Behind a proxy all come from its address. */
  unknownPerAddress: number;
  /** Subscriptions of one WebSocket. */
  subscriptionsPerConnection: number;
  /** Time for the first message of a WebSocket, which says who asks. */
  initTimeoutMs: number;
  /** A connection is asked this often whether it is still there; one that does not answer until the next time is closed. */
  pingMs: number;
  /** Longest message of a client. */
  messageBytes: number;
  /** Messages of one WebSocket that may come at once, and a second in the long run. */
  messages: { burst: number; perSecond: number };
  /** Results that may wait for one subscriber, and their size. */
  waitingResults: number;
  waitingBytes: number;
  /** How long the only reader of a stream may keep it waiting. */
  patienceMs: number;
  /** Whether a viewer may still see what they see is asked this often. */
  recheckMs: number;
  /** How long a part may be away before its subscribers are told. */
  tellAwayMs: number;
}

/** What holds unless the configuration says otherwise. */
export const standardLiveLimits: LiveLimits = {
  connections: 2_000,
  connectionsPerViewer: 50,
  unknownPerAddress: 200,
  subscriptionsPerConnection: 50,
  initTimeoutMs: 3_000,
  pingMs: 15_000,
  messageBytes: 64 * 1024,
  messages: { burst: 100, perSecond: 10 },
  waitingResults: 256,
  waitingBytes: 4 * 1024 * 1024,
  patienceMs: 10_000,
  recheckMs: 30_000,
  tellAwayMs: 10_000,
};
