import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request with its answer, and what every handler needs of it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  requestId: string;
  /** Address of the client's end of the connection. */
  address: string;
}
