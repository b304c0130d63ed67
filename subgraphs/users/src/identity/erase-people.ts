import { beginErasure, type ErasureRequest, finishErasure } from '@cda/platform/events/erase.ts';
import type { Pool } from 'pg';
import { loadKeysOfCustomers } from '../loaders/identity.ts';

/** An erasure under way. */
export interface ErasureUnderWay {
  /** Identifier of the receipt. */
  id: string;
  /** Resolves when it was carried out. What a fault or a kill leaves open is carried out at the next start. */
  finished: Promise<void>;
}

/** Begins to erase the people behind the keys, each with all keys that are theirs: when it resolves nothing of them comes in any more. */
export async function erasePeople(
  db: Pool,
  keys: readonly string[],
  how: Omit<ErasureRequest, 'people'>,
): Promise<ErasureUnderWay> {
  const groups = await loadKeysOfCustomers(db, keys);
  // Two keys of one person are one person.
  const people = [...new Map(groups.map((group) => [group[0], group])).values()];
  const id = await beginErasure(db, { people, ...how });
  const finished = finishErasure(db, id);
  // Whoever waits for it first reports its fault; where nobody does, it must not end the process.
  finished.catch(() => {});
  return { id, finished };
}
