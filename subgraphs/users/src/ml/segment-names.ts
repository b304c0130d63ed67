/** What a cluster is like, relative to all customers: each 0..1 is the part of customers below the cluster's median. */
export interface SegmentTraits {
  /** Medians of the cluster. */
  recencyDays: number;
  orders: number;
  spend: number;
  averageOrder: number;
  tenureDays: number;
  /** Ranks among all customers; a high recency rank means that more recent than most. */
  recencyRank: number;
  ordersRank: number;
  spendRank: number;
  averageOrderRank: number;
  /** Time since the last order over the usual gap between orders of the shop's repeat customers. */
  overdue: number;
}

/** Names that the rules give; the order is the order in which they are tried. */
export const segmentKeys = [
  'champions',
  'loyal',
  'big-spenders',
  'new',
  'promising',
  'cannot-lose',
  'at-risk',
  'lost',
  'hibernating',
  'occasional',
] as const;

export type SegmentKey = (typeof segmentKeys)[number];

/**
 * How well each name fits a cluster, 0..1 (higher is better), in the order of `segmentKeys`. The rules are the usual reading of the
 * RFM grid, made continuous so that clusters can compete for names.
 */
export function scoreSegmentNames(traits: SegmentTraits): Float64Array {
  const { recencyRank: recent, ordersRank: often, spendRank: much, averageOrderRank: dear } = traits;
  const young = traits.tenureDays <= 90 ? 1 - traits.tenureDays / 270 : 0;
  const single = traits.orders <= 1.5 ? 1 : 0;
  const late = 1 - 1 / (1 + Math.max(0, traits.overdue) ** 2);
  const scores: Record<SegmentKey, number> = {
    champions: (recent + often + much) / 3 + 0.12 * Math.min(recent, often, much),
    loyal: 0.35 * recent + 0.65 * often + 0.02,
    'big-spenders': 0.6 * dear + 0.25 * much + 0.1 * recent,
    new: 0.9 * young + 0.15 * recent * single,
    promising: 0.45 * recent + 0.35 * (1 - often) + 0.1 * (1 - much),
    'cannot-lose': 0.4 * (1 - recent) * late + 1.5 * Math.max(0, Math.min(often, much) - 0.6),
    'at-risk': 0.5 * (1 - recent) * late + 0.4 * often * (1 - 0.3 * much) + 0.1,
    lost: 0.62 * (1 - recent) + 0.25 * (1 - often) + 0.13 * (1 - much),
    hibernating: 0.55 * (1 - recent) + 0.25 * (1 - often) + 0.2 * (1 - Math.abs(much - 0.4)),
    occasional: 0.35 * (1 - Math.abs(recent - 0.5)) + 0.5 * (1 - often) * (1 - single),
  };
  return Float64Array.from(segmentKeys, (key) => Math.max(0, Math.min(1.2, scores[key])));
}
