import type { RegisteredVersion } from '@cda/platform/models/registry.ts';
import type { Placement } from '../generated/resolvers.ts';
import { type RankedList, toPage } from '../serving/list.ts';

/** A customer's list as a line of a file. */
export interface ListLine {
  /** The shop's own id of the customer. */
  customer_id: string;
  /** Goes into the events of whoever got the list, as that of any other list: what comes of it is then counted. */
  recommendation_id: string;
  placement: Placement;
  pipeline: string;
  /** Clock of the data behind it. */
  as_of: string;
  model: Pick<RegisteredVersion, 'name' | 'version'> | null;
  /** Why it is not a personal one. */
  unavailable?: { code: string; en: string; ru: string };
  /** The experiment that decided about it. */
  experiment?: { key: string; variant: string | null };
  items: {
    product_id: string;
    rank: number;
    score: number;
    reasons: { code: string; en: string; ru: string; weight: number | null }[];
  }[];
}

/** The first items of a list in the shape of a file's line. */
export function toLine(customerId: string, list: RankedList, placement: Placement, limit: number): ListLine {
  const { recommendationId, edges, pipeline, asOf, model, unavailable } = toPage(list, placement, { first: limit });
  return {
    customer_id: customerId,
    recommendation_id: recommendationId,
    placement,
    pipeline,
    as_of: asOf.toISOString(),
    model: model && { name: model.name, version: model.version },
    ...(unavailable ? { unavailable: { code: unavailable.code, en: unavailable.en, ru: unavailable.ru } } : {}),
    ...(list.experiment ? { experiment: { key: list.experiment.key, variant: list.experiment.variant } } : {}),
    items: edges.map(({ node: { rank, score, reasons } }, i) => ({
      product_id: list.items[i]!.productId,
      rank,
      score,
      reasons: reasons.map(({ code, en, ru, weight }) => ({ code, en, ru, weight })),
    })),
  };
}
