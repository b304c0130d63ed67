import type { GraphQLFormattedError } from 'graphql';

/** One message of a subgraph's stream, as it goes to the gateway. */
export interface LiveMessage<Errors = readonly GraphQLFormattedError[]> {
  /** What is to be delivered; absent where only the position is told. */
  result?: { data?: Record<string, unknown> | null; errors?: Errors };
  /** Where the stream stands; handed back when the stream has to be opened again. */
  position?: string;
  /** It is how things are now, so whoever comes later gets the latest one at once. */
  state?: boolean;
  /** The reader chose where the stream begins: who comes later must not join it. */
  chosen?: boolean;
}
