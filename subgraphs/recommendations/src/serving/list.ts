import { randomUUID } from 'node:crypto';
import { type Side, sidesSuffix, variantSuffix } from '@cda/platform/experiments/list-id.ts';
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
  /** The side that drafted it, in a list of two sides. */
  side?: Side;
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
  /** The experiment that decided about it. */
  experiment?: ServedExperiment;
}

/** What a list says of the experiment that it is part of. */
export interface ServedExperiment {
  key: string;
  /** The variant that it shows; null where it has two sides. */
  variant: string | null;
  /** Keys of the variants of its two sides. */
  sides?: readonly string[];
}

/** A recommended product in the shape of the graph. */
interface Recommendation {
  product: { __typename: 'Product'; id: string };
  rank: number;
  score: number;
  reasons: StoredReason[];
  /** Key of the variant that drafted it. */
  variant: string | null;
}

/** A page in the shape of the graph's `RecommendationConnection`. */
export interface RecommendationPage
  extends Connection<Recommendation>,
    Omit<RankedList, 'items' | 'rules' | 'experiment'> {
  rules: {
    ruleId: string;
    ruleName: string;
    effect: RuleTrace['effect'];
    product: { __typename: 'Product'; id: string };
  }[];
  recommendationId: string;
  experiment: { experiment: { __typename: 'Experiment'; id: string }; variant: string | null } | null;
}

/**
 * Cuts a page out of a list. A cursor names the last item that was shown and its place: the page goes on after it, or, when it has left
 * the list since, from the place that it stood at. Scores are no guide: a list with pins or of two kinds is not in their order.
 */
export function toPage(
  list: RankedList,
  placement: Placement,
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
): RecommendationPage {
  const size = pageSize(first, 10);
  const { items, rules, experiment, ...about } = list;
  const start = after === null || after === undefined ? 0 : positionAfter(items, after);
  const ranked = items.slice(start, start + size + 1).map((item, i) => ({ item, rank: start + i + 1 }));
  const { edges, pageInfo } = toConnection(
    ranked,
    size,
    ({ item, rank }) => encodeCursor([rank, item.productId]),
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
        variant: (item.side && experiment?.sides?.[item.side === 'A' ? 0 : 1]) ?? null,
      },
    })),
    recommendationId:
      [placement, list.pipeline, list.model?.version ?? 0, randomUUID()].join('.') + suffixOf(experiment, edges),
    experiment: experiment
      ? {
          experiment: { __typename: 'Experiment', id: toGlobalId('Experiment', experiment.key) },
          variant: experiment.variant,
        }
      : null,
  };
}

/** What the id of a page says of its experiment. */
function suffixOf(experiment: ServedExperiment | undefined, edges: readonly { node: { item: RankedItem } }[]): string {
  if (!experiment) return '';
  if (experiment.variant !== null) return variantSuffix(experiment.key, experiment.variant);
  return sidesSuffix(
    experiment.key,
    edges.flatMap(({ node: { item } }) => (item.side ? [{ productId: item.productId, side: item.side }] : [])),
  );
}

function positionAfter(items: readonly RankedItem[], after: string): number {
  const [rank, productId] = decodeCursor(after, 2);
  const at = items.findIndex((item) => item.productId === productId);
  return at >= 0 ? at + 1 : Math.max(0, Math.trunc(Number(rank)) - 1) || 0;
}
