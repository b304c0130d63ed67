import { analytics } from '@cda/analytics';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import { products } from '@cda/products';
import { recommendations } from '@cda/recommendations';
import { users } from '@cda/users';

/** Every subgraph of the platform. */
export const subgraphDefinitions: Readonly<Record<SubgraphName, SubgraphDefinition>> = {
  users,
  products,
  recommendations,
  analytics,
};
