/** Channel of PostgreSQL on which changes are told. */
export const liveChannel = 'live';

/** What kind of thing has changed: a projection went on, a training run moved, a model got another version. */
export type ChangeTopic = 'projection' | 'training' | 'model';

/**
 * That something has changed, and where to look: never what it is now. Whoever may connect to the database may tell changes, so
 * one is a hint to look again and nothing more.
 */
export interface Change {
  topic: ChangeTopic;
  /** `<subgraph>.<projection>`, or the full name of a model. */
  key: string;
}

const topics: ReadonlySet<unknown> = new Set<ChangeTopic>(['projection', 'training', 'model']);

/** A change as it was told; undefined for what is none. */
export function toChange(payload: string | undefined): Change | undefined {
  try {
    const { topic, key } = JSON.parse(payload ?? '') as Record<string, unknown>;
    return topics.has(topic) && typeof key === 'string' ? { topic: topic as ChangeTopic, key } : undefined;
  } catch {
    return undefined;
  }
}
