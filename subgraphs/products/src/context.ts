import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type DataLoader from 'dataloader';
import type { ElasticityRow } from './entities/elasticity.ts';
import type { ProductRow } from './entities/product.ts';
import type { CategoryRow } from './loaders/categories.ts';
import type { PricePointRow } from './loaders/price-history.ts';
import type { WeeklySalesRow } from './loaders/weekly-sales.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  loaders: {
    product: DataLoader<string, ProductRow | null>;
    category: DataLoader<string, CategoryRow | null>;
    elasticity: DataLoader<string, ElasticityRow | null>;
    version: DataLoader<string, RegisteredVersion | null>;
    servedVersion: DataLoader<string, RegisteredVersion | null>;
    /** By how many points are asked for. */
    priceHistory(first: number): DataLoader<string, PricePointRow[]>;
    /** By how many weeks are asked for. */
    weeklySales(weeks: number): DataLoader<string, WeeklySalesRow[]>;
  };
}
