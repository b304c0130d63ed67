import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { assignLeastCost } from './assignment.ts';
import { type CandidateK, chooseK } from './choose-k.ts';
import { drawRows, takeRows } from './cluster-quality.ts';
import { fitKMeans, LIBRARY_LIMIT } from './kmeans.ts';
import { nearestCentres, squaredDistance } from './kmeans-kernel.ts';
import { explainNearestCentre } from './nearest-centre-explanation.ts';
import { fitReadableTree, type ReadableRule } from './readable-tree.ts';
import { applyScaling, fitScaling, type Scaling } from './scaling.ts';
import { type SegmentKey, type SegmentTraits, scoreSegmentNames, segmentKeys } from './segment-names.ts';

/** Facts of a customer that names and descriptions are made of, in this order. */
export const segmentFacts = ['recencyDays', 'orders', 'revenueMinor', 'tenureDays'] as const;

export interface SegmentationInput {
  /** Names of the d columns. */
  columns: readonly string[];
  /** n × d, row-major: features made even by logarithms, not scaled. */
  x: Float64Array;
  /** n × 4, row-major: the facts above. */
  facts: Float64Array;
  /** Usual days between two orders of a customer. */
  usualGapDays: number;
  /** The same customers' columns as of an earlier day, and what they spent between then and now, for the hold-out. */
  earlier: { x: Float64Array; spend: Float64Array };
  /** Segments of the served version: centres in the units of x. */
  previous: { id: string; key: string; centre: number[] }[];
}

export interface FittedSegment {
  key: SegmentKey;
  /** Id of the segment of the served version that it continues. */
  continues?: string;
  size: number;
  traits: SegmentTraits;
  revenueMinor: number;
  /** In the units of x. */
  centre: Float64Array;
  /** What sets it apart from the rest, best rule first. */
  rules: ReadableRule[];
}

export interface FittedSegmentation {
  segments: FittedSegment[];
  /** n numbers of segments. */
  segment: Int32Array;
  /** n differences of the squared distances to the second nearest centre and to the own one. */
  margin: Float64Array;
  /** What makes x the space that distances are measured in, and k × d centres there, row-major, in the order of the segments. */
  scaling: Scaling;
  centres: Float64Array;
}

/** Further than this (in deviations of the columns, squared, per column) a cluster is no continuation of an older one. */
const SAME_SEGMENT = 1;
/** Customers that quality is measured on and rules are drawn from. */
const MOST_JUDGED = 50_000;
/** What an inherited name is worth against a better fitting one. */
const KEPT_NAME = 0.25;

/**
 * Segments customers by K-means on evened and scaled features, with k chosen by stability and silhouette.
 *
 * Judged on later data: segments found 90 days ago must still tell today's customers apart, better than groups by RFM score do.
 *
 * @throws RangeError with fewer than 3 different customers.
 */
export function train(input: SegmentationInput, { seed, progress }: TrainOptions): Trained<FittedSegmentation> {
  const d = input.columns.length;
  const n = input.facts.length / segmentFacts.length;
  const scaling = fitScaling(input.x, d);
  const x = applyScaling(scaling, input.x);
  const { k, candidates } = chooseK(x, d, { seed, progress: (fraction) => progress(0.6 * fraction) });
  if (k < 2) throw new RangeError('the customers are too much alike to be segmented');
  const fit = fitKMeans(x, d, k, { seed, starts: 10 });
  progress(0.7);
  const some = takeSome(input, seed);
  const quality = judge(some, k, seed);
  progress(0.8);

  const byRevenue = describe(input, fit.labels, fit.centres, scaling, k);
  const named = nameSegments(byRevenue, input, scaling);
  const order = named.map((_, i) => i).sort((a, b) => named[b]!.size - named[a]!.size);
  const fitted: FittedSegmentation = {
    segments: order.map((from) => ({ ...named[from]!, rules: separate(some, fit.labels, from, seed) })),
    segment: new Int32Array(n),
    margin: new Float64Array(n),
    scaling,
    centres: Float64Array.from({ length: k * d }, (_, at) => fit.centres[order[Math.floor(at / d)]! * d + (at % d)]!),
  };
  for (let i = 0; i < n; i++) {
    const { cluster, margin } = explainNearestCentre(x.subarray(i * d, i * d + d), fitted.centres, d);
    fitted.segment[i] = cluster;
    fitted.margin[i] = margin;
  }
  progress(1);
  const chosen = candidates.find((candidate) => candidate.k === k) as CandidateK;
  return {
    fitted,
    rows: n,
    params: { k, columns: [...input.columns], kernel: n <= LIBRARY_LIMIT ? 'ml-kmeans' : 'own', candidates },
    metrics: { inertia: fit.inertia, silhouette: chosen.silhouette, stability: chosen.stability, ...quality },
    primary: {
      name: 'laterVarianceExplained',
      value: quality.laterVarianceExplained,
      baselineName: 'as many groups by RFM score',
      baseline: quality.scoreGroupsExplained,
      higherIsBetter: true,
    },
  };
}

interface Sample extends SegmentationInput {
  /** Numbers of the customers that are in it. */
  rows: Int32Array;
}

/** So many customers of now and of then as tell how well the segments do; all of them in most shops. */
function takeSome(input: SegmentationInput, seed: number): Sample {
  const d = input.columns.length;
  const { x, facts, earlier } = input;
  const rows = drawRows(facts.length / segmentFacts.length, MOST_JUDGED, seed);
  const before = drawRows(earlier.spend.length, MOST_JUDGED, seed);
  return {
    ...input,
    rows,
    x: takeRows(x, d, rows),
    facts: takeRows(facts, segmentFacts.length, rows),
    earlier: { x: takeRows(earlier.x, d, before), spend: takeRows(earlier.spend, 1, before) },
  };
}

/**
 * Segments found as of an earlier day, looked at with today's customers: how much of the variance of today's columns lies between
 * them, against as many equal groups by the sum of recency, frequency and money ranks, the usual score; and how much of what the
 * earlier customers spent since.
 */
function judge({ columns, x: now, facts, earlier }: SegmentationInput, k: number, seed: number) {
  const d = columns.length;
  const n = earlier.spend.length;
  const m = now.length / d;
  const scaling = fitScaling(earlier.x, d);
  const { labels, centres } = fitKMeans(applyScaling(scaling, earlier.x), d, Math.min(k, n), { seed, starts: 5 });
  const today = applyScaling(scaling, now);
  const segments = nearestCentres(today, d, centres);
  const score = new Float64Array(m);
  for (const [column, sign] of [-1, 1, 1].entries()) {
    const rank = ranksOf(Float64Array.from({ length: m }, (_, i) => sign * facts[i * segmentFacts.length + column]!));
    for (let i = 0; i < m; i++) score[i]! += rank[i]!;
  }
  const groups = toGroups(score, k);
  let explained = 0;
  let byScore = 0;
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: m }, (_, i) => today[i * d + j]!);
    explained += explainedShare(column, segments, k) / d;
    byScore += explainedShare(column, groups, k) / d;
  }
  const spend = earlier.spend.map((minor) => Math.log1p(Math.max(0, minor) / 100));
  return {
    laterVarianceExplained: explained,
    scoreGroupsExplained: byScore,
    laterSpendExplained: explainedShare(spend, labels, k),
    holdOutCustomers: n,
  };
}

/** Ranks of values, 0..n − 1, equal ones in the order of rows. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const ranks = new Float64Array(values.length);
  for (const [rank, i] of order.entries()) ranks[i] = rank;
  return ranks;
}

/** Cuts rows into k equal groups by value. */
function toGroups(values: Float64Array, k: number): Int32Array {
  return Int32Array.from(ranksOf(values), (rank) => Math.floor((rank * k) / values.length));
}

/** Share of the variance of `values` that lies between groups, 0..1; 0 where they don't vary. */
function explainedShare(values: Float64Array, groups: Int32Array, k: number): number {
  const n = values.length;
  const sums = new Float64Array(k);
  const sizes = new Float64Array(k);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    sums[groups[i]!]! += values[i]!;
    sizes[groups[i]!]!++;
    mean += values[i]! / n;
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += (values[i]! - mean) ** 2;
  let between = 0;
  for (let c = 0; c < k; c++) if (sizes[c]! > 0) between += sizes[c]! * (sums[c]! / sizes[c]! - mean) ** 2;
  return total > 0 ? between / total : 0;
}

type Described = Omit<FittedSegment, 'key' | 'rules'>;

function describe(
  { columns, facts, usualGapDays }: SegmentationInput,
  labels: Int32Array,
  centres: Float64Array,
  scaling: Scaling,
  k: number,
): Described[] {
  const d = columns.length;
  const n = labels.length;
  const fact = (i: number, name: (typeof segmentFacts)[number]): number =>
    facts[i * segmentFacts.length + segmentFacts.indexOf(name)]!;
  const everyone = Int32Array.from({ length: n }, (_, i) => i);
  const valuesOf = (rows: ArrayLike<number>, of: (i: number) => number): Float64Array =>
    Float64Array.from(rows, (i) => of(i)).sort();
  const measures = {
    recency: (i: number) => fact(i, 'recencyDays'),
    orders: (i: number) => fact(i, 'orders'),
    spend: (i: number) => fact(i, 'revenueMinor'),
    average: (i: number) => fact(i, 'revenueMinor') / fact(i, 'orders'),
    tenure: (i: number) => fact(i, 'tenureDays'),
  };
  const all = Object.fromEntries(
    Object.entries(measures).map(([name, of]) => [name, valuesOf(everyone, of)]),
  ) as Record<keyof typeof measures, Float64Array>;
  return Array.from({ length: k }, (_, c) => {
    const members = everyone.filter((i) => labels[i] === c);
    const typical = (name: keyof typeof measures): number => median(valuesOf(members, measures[name]));
    const [recencyDays, orders, spend, averageOrder, tenureDays] = (
      ['recency', 'orders', 'spend', 'average', 'tenure'] as const
    ).map(typical) as [number, number, number, number, number];
    return {
      size: members.length,
      traits: {
        recencyDays,
        orders,
        spend,
        averageOrder,
        tenureDays,
        recencyRank: 1 - rankIn(all.recency, recencyDays),
        ordersRank: rankIn(all.orders, orders),
        spendRank: rankIn(all.spend, spend),
        averageOrderRank: rankIn(all.average, averageOrder),
        overdue: recencyDays / Math.max(1, usualGapDays),
      },
      revenueMinor: members.reduce((sum, i) => sum + measures.spend(i), 0),
      centre: Float64Array.from(
        { length: d },
        (_, j) => centres[c * d + j]! * scaling.deviation[j]! + scaling.mean[j]!,
      ),
    };
  });
}

/** Matches clusters with the segments that they continue, then gives each a name of its own, inherited ones preferred. */
function nameSegments(
  described: Described[],
  { previous, columns }: SegmentationInput,
  scaling: Scaling,
): Omit<FittedSegment, 'rules'>[] {
  const d = columns.length;
  const k = described.length;
  const usable = previous.filter(({ centre }) => centre.length === d);
  const scaled = (centre: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: d }, (_, j) => (centre[j]! - scaling.mean[j]!) / scaling.deviation[j]!);
  const distances = new Float64Array(k * usable.length);
  for (let c = 0; c < k; c++) {
    for (let p = 0; p < usable.length; p++) {
      distances[c * usable.length + p] = squaredDistance(
        scaled(described[c]!.centre),
        0,
        scaled(usable[p]!.centre),
        0,
        d,
      );
    }
  }
  const matched = usable.length > 0 ? assignLeastCost(distances, k, usable.length) : new Int32Array(k).fill(-1);
  const cost = new Float64Array(k * segmentKeys.length);
  const continues = described.map((_, c) => {
    const p = matched[c]!;
    return p >= 0 && distances[c * usable.length + p]! <= SAME_SEGMENT * d ? usable[p] : undefined;
  });
  for (const [c, { traits }] of described.entries()) {
    const scores = scoreSegmentNames(traits);
    const kept = segmentKeys.indexOf(continues[c]?.key as SegmentKey);
    for (const [j, score] of scores.entries()) cost[c * segmentKeys.length + j] = -score - (j === kept ? KEPT_NAME : 0);
  }
  const names = assignLeastCost(cost, k, segmentKeys.length);
  return described.map((segment, c) => ({
    ...segment,
    key: segmentKeys[names[c]!]!,
    ...(continues[c] ? { continues: continues[c].id } : {}),
  }));
}

/** Rules that tell a segment from the rest, in the facts' units. */
function separate({ facts, rows }: Sample, labels: Int32Array, segment: number, seed: number): ReadableRule[] {
  const inside = Uint8Array.from(rows, (i) => (labels[i] === segment ? 1 : 0));
  const rules = fitReadableTree(facts, inside, segmentFacts.length, { seed, depth: 2, mostRows: 1000 });
  return rules.filter(({ share }) => share >= 0.5).sort((a, b) => b.rows * b.share - a.rows * a.share);
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Part of the sorted values below `value`, ties counting half, 0..1. */
function rankIn(sorted: Float64Array, value: number): number {
  let below = 0;
  let equal = 0;
  for (const v of sorted) {
    if (v < value) below++;
    else if (v === value) equal++;
    else break;
  }
  return sorted.length === 0 ? 0 : (below + equal / 2) / sorted.length;
}
