import type { Shop } from '@cda/platform/events/clock.ts';
import type { Pool } from 'pg';
import { loadPopular, type PopularRow } from '../loaders/popular.ts';

/** Keeps what sells best for all strangers at once: counting a month of purchases for each of them would be waste. */
export interface PopularStore {
  get(shop: Shop): Promise<PopularRow[]>;
}

/** How old the counts may be; a shop's present that jumps to another event has them counted anew at once. */
const freshMs = 15_000;

/** One list is held: that of the shop's present. */
export function createPopularStore(db: Pool): PopularStore {
  let held: { present: number; countedAt: number; rows: Promise<PopularRow[]> } | undefined;
  return {
    get: ({ asOf, historical }) => {
      const present = historical ? asOf.getTime() : 0;
      const now = performance.now();
      if (held?.present === present && now - held.countedAt < freshMs) return held.rows;
      const rows = loadPopular(db, asOf);
      const own = { present, countedAt: now, rows };
      held = own;
      rows.catch(() => {
        if (held === own) held = undefined;
      });
      return rows;
    },
  };
}
