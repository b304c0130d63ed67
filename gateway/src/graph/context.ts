import type { Caller } from '../who/caller.ts';

/** What one request carries through the query plan. */
export interface GatewayContext {
  caller: Caller;
  requestId: string;
  /** Headers of every call to a subgraph: the signed identity, the request id, the trace. */
  subgraphHeaders: Readonly<Record<string, string>>;
  /** Reads of personal fields so far, by field, where they are to end in the log as one line; else each subgraph writes its own. */
  personalReads?: Map<string, number>;
  /** Fires when the client is gone or the request has taken too long. */
  signal: AbortSignal;
}
