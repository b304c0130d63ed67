import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { InternalIdentity } from '../auth/internal-identity.ts';
import type { Shop } from '../events/clock.ts';
import type { LiveRequest } from '../live/live-request.ts';
import type { Locale } from '../text.ts';

/** What every resolver may use during one request. A subgraph adds its loaders. */
export interface RequestContext {
  /** Who asks, as the gateway signed it. */
  identity: InternalIdentity;
  /** Language of texts where the field is not asked for another. */
  locale: Locale;
  requestId: string;
  /** Reads of personal fields so far, by field; they end in the log as one line a request. */
  personalReads: Map<string, number>;
  /** Fork of the subgraph's entity manager. */
  em: EntityManager;
  /** Pool of the subgraph's own role. */
  db: Pool;
  /** The shop's settings and clock, read once a request. */
  shop(): Promise<Shop>;
  /** What the source of a subscription works with; there while one is opened, and not for what it delivers. */
  live?: LiveRequest;
}
