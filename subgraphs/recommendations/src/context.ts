import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type DataLoader from 'dataloader';
import type { ProductRow } from './entities/product.ts';
import type { HistoryRow } from './loaders/histories.ts';
import type { RuleRow } from './loaders/rules.ts';
import type { Offer } from './merchandising/rule.ts';
import type { PopularStore } from './serving/popular-store.ts';
import type { RecommenderStore } from './serving/recommender.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  loaders: {
    /** Products newer than a moment, ISO 8601. */
    arrivals: DataLoader<string, ProductRow[]>;
    history: DataLoader<string, HistoryRow[]>;
    product: DataLoader<string, ProductRow | null>;
    offer: DataLoader<string, Offer | null>;
    rules: DataLoader<'all', RuleRow[]>;
    servedVersion: DataLoader<string, RegisteredVersion | null>;
    version: DataLoader<string, RegisteredVersion | null>;
  };
  recommenders: RecommenderStore;
  popular: PopularStore;
}
