import type { ExperimentState } from '@cda/platform/experiments/experiment.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import { loadServedVersions } from '@cda/platform/models/registry.ts';
import type { Pool } from 'pg';
import { loadRunning } from '../loaders/experiments.ts';
import { loadOfferChanges, type OfferRow } from '../loaders/offers.ts';
import { loadRules, type RuleRow } from '../loaders/rules.ts';
import { shareNext } from './share-next.ts';

/** Full name of the model that lists are made by. */
export const modelName = 'recommendations.hybrid';

/** What the shop offers. A copy in memory: a request that looks at hundreds of products asks the database for none of them. */
export interface Range {
  /** By the shop's own id. */
  offers: ReadonlyMap<string, OfferRow>;
  /** Rises whenever something in it changed. */
  revision: number;
  /** Whether anything is sold in some countries only. */
  isRestricted: boolean;
}

/** What is the same for all lists at one moment. */
export interface ShopState {
  range: Range;
  /** All rules, in force or not, first by priority. */
  rules: readonly RuleRow[];
  /** The served version; null where none is. */
  version: RegisteredVersion | null;
  /** Experiments that run, the oldest first; one decides about a placement. */
  experiments: readonly ExperimentState[];
}

/** Tells what holds now. Each answer was read after it was asked for; requests of one moment share the reading. */
export interface ShopStateStore {
  get(): Promise<ShopState>;
}

/** The memory it takes is that of one row a product, whatever the number of requests. */
export function createShopStateStore(db: Pool): ShopStateStore {
  let offers = new Map<string, OfferRow>();
  let revision = 0;
  const restricted = new Set<string>();
  const refresh = async (): Promise<Range> => {
    const changes = await loadOfferChanges(db, revision);
    if (changes.whole) {
      offers = new Map();
      restricted.clear();
    }
    for (const row of changes.rows) {
      offers.set(row.productId, row);
      if (row.countries && row.countries.length > 0) restricted.add(row.productId);
      else restricted.delete(row.productId);
    }
    revision = changes.revision;
    return { offers, revision, isRestricted: restricted.size > 0 };
  };
  const get = shareNext(async () => {
    const [range, rules, [version], experiments] = await Promise.all([
      refresh(),
      loadRules(db),
      loadServedVersions(db, [modelName]),
      loadRunning(db),
    ]);
    return { range, rules, version: version ?? null, experiments };
  });
  return { get };
}
