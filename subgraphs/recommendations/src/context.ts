import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type DataLoader from 'dataloader';
import type { ProductRow } from './entities/product.ts';
import type { Residence } from './loaders/countries.ts';
import type { MembershipRow } from './loaders/experiments.ts';
import type { HistoryRow } from './loaders/histories.ts';
import type { RuleRow } from './loaders/rules.ts';
import type { PopularStore } from './serving/popular-store.ts';
import type { RecommenderStore } from './serving/recommender.ts';
import type { ShopState } from './serving/shop-state.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  loaders: {
    country: DataLoader<string, Residence | null>;
    /** By `experiment\nstarted at\ncustomer`. */
    membership: DataLoader<string, MembershipRow>;
    history: DataLoader<string, HistoryRow[]>;
    product: DataLoader<string, ProductRow | null>;
    rules: DataLoader<'all', RuleRow[]>;
    version: DataLoader<string, RegisteredVersion | null>;
  };
  /** What the shop offers, its rules and the served version, read once a request. */
  state(): Promise<ShopState>;
  recommenders: RecommenderStore;
  popular: PopularStore;
}
