import { randomUUID } from 'node:crypto';
import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@cda/platform/graph/connection.ts';
import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type { Pipeline, Placement } from '../generated/resolvers.ts';
import type { RuleTrace } from './ruled-list.ts';

/** A product in a list, before the list is cut into pages. */
export interface RankedItem {
  productId: string;
  score: number;
  /** Evidence, worked out only for what is shown. */
  reasons(): StoredReason[];
}

/** A whole list, best first. */
export interface RankedList {
  items: readonly RankedItem[];
  /** What merchandising rules did to it. */
  rules: readonly RuleTrace[];
  pipeline: Pipeline;
  unavailable?: StoredUnavailable;
  asOf: Date;
  model: RegisteredVersion | null;
}

/** A recommended product in the shape of the graph. */
interface Recommendation {
  product: { __typename: 'Product'; id: string };
  rank: number;
  score: number;
  reasons: StoredReason[];
}

/** A page in the shape of the graph's `RecommendationConnection`. */
export interface RecommendationPage extends Connection<Recommendation>, Omit<RankedList, 'items' | 'rules'> {
  rules: {
    ruleId: string;
    ruleName: string;
    effect: RuleTrace['effect'];
    product: { __typename: 'Product'; id: string };
  }[];
  recommendationId: string;
}

/**
 * Cuts a page out of a list. A cursor names the last item that was shown: the page goes on after it, or where it would
 * stand by its score when the list has changed since.
 */
export function toPage(
  list: RankedList,
  placement: Placement,
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
): RecommendationPage {
  const size = pageSize(first, 10);
  const { items, rules, ...about } = list;
  const start = after === null || after === undefined ? 0 : positionAfter(items, after);
  const ranked = items.slice(start, start + size + 1).map((item, i) => ({ item, rank: start + i + 1 }));
  const { edges, pageInfo } = toConnection(
    ranked,
    size,
    ({ item }) => encodeCursor([item.score, item.productId]),
    after,
  );
  return {
    ...about,
    rules: rules.map(({ ruleId, ruleName, effect, productId }) => ({
      ruleId,
      ruleName,
      effect,
      product: { __typename: 'Product', id: toGlobalId('Product', productId) },
    })),
    pageInfo,
    edges: edges.map(({ cursor, node: { item, rank } }) => ({
      cursor,
      node: {
        product: { __typename: 'Product', id: toGlobalId('Product', item.productId) },
        rank,
        score: item.score,
        reasons: item.reasons(),
      },
    })),
    recommendationId: [placement, list.pipeline, list.model?.version ?? 0, randomUUID()].join('.'),
  };
}

function positionAfter(items: readonly RankedItem[], after: string): number {
  const [score, productId] = decodeCursor(after, 2);
  const at = items.findIndex((item) => item.productId === productId);
  if (at >= 0) return at + 1;
  const below = items.findIndex((item) => item.score < Number(score));
  return below < 0 ? items.length : below;
}
