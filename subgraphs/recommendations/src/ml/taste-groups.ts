import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import type { ProductContent } from './content-model.ts';
import type { FactorModel } from './factor-model.ts';
import { historyBefore, type Interactions } from './interactions.ts';
import { type Profile, type ProfileOptions, profileDefaults, toProfile } from './profile.ts';
import { regionalDemand } from './regional-demand.ts';

/** Customers who like the same things. */
export interface TasteGroup {
  /** Customers in it who bought something. */
  customers: number;
  /** Their first category by how much more often than everybody they buy of it; empty where products have none. */
  leaning: string;
  /** n numbers of them who bought each product. */
  buyers: Float64Array;
  /** n ln(how many times as often as all customers they buy it), drawn towards 0 where few of them tell. */
  lean: Float64Array;
}

/** Groups by the direction in which customers' factors point. */
export interface TasteGroups {
  /** groups × k, rows of length one. */
  centres: Float64Array;
  groups: TasteGroup[];
}

/** Groups at most; a shop with fewer tastes has as many as tastes. */
const most = 12;
const starts = 3;
const rounds = 25;
/** Weight of what a customer touched below which they belong to no group: one glance is no taste. */
const least = 0.3;

/**
 * Groups customers by what they like: spherical k-means on their factors, the best of three starts. O(starts · rounds · customers ·
 * groups · k). Dhillon and Modha, Concept Decompositions for Large Sparse Text Data (Machine Learning 2001).
 *
 * @param data what happened before `day`. @param contents by product.
 */
export function fitTasteGroups(
  data: Interactions,
  day: number,
  space: FactorModel,
  contents: readonly ProductContent[],
  { profiles = profileDefaults, seed = 1 }: { profiles?: ProfileOptions; seed?: number } = {},
): TasteGroups {
  const k = space.factors;
  const members: number[] = [];
  const directions: Float64Array[] = [];
  const bought: Int32Array[] = [];
  for (let c = 0; c < data.customers; c++) {
    const profile = toProfile(historyBefore(data, c, day), day, profiles);
    const products = profile.products.filter((_, j) => profile.orders[j]! > 0);
    const direction = directionOf(profile, space);
    if (products.length === 0 || direction === null) continue;
    members.push(c);
    directions.push(direction);
    bought.push(products);
  }
  const count = Math.min(most, k, directions.length);
  const random = createRandom(seed);
  let centres = new Float64Array(0);
  let best = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < starts && count > 0; start++) {
    const found = cluster(directions, k, count, random);
    if (found.fit <= best) continue;
    best = found.fit;
    centres = found.centres;
  }
  const buyers = Array.from({ length: count }, () => new Float64Array(data.products));
  const customers = new Int32Array(count);
  for (const [m, direction] of directions.entries()) {
    const group = nearest(direction, centres, k);
    customers[group]!++;
    for (const product of bought[m]!) buyers[group]![product]!++;
  }
  const demand = regionalDemand(
    buyers.map((counts) => ({ buyers: counts })),
    data.products,
  );
  return {
    centres,
    groups: buyers.map((counts, g) => ({
      customers: customers[g]!,
      leaning: leaningOf(counts, buyers, contents),
      buyers: counts,
      lean: demand[g]!.factor.map(Math.log),
    })),
  };
}

/** The group that a customer is nearest to; −1 where too little is known of them. O(m · k + groups · k). */
export function groupOf(profile: Profile, space: FactorModel, { centres }: TasteGroups): number {
  const direction = centres.length === 0 ? null : directionOf(profile, space);
  return direction === null ? -1 : nearest(direction, centres, space.factors);
}

/** A customer's factors at length one; null where nothing that they touched stands anywhere. */
function directionOf(profile: Profile, { factors: k, products, carry }: FactorModel): Float64Array | null {
  const sum = new Float64Array(k);
  let weight = 0;
  for (let j = 0; j < profile.products.length; j++) {
    const from = profile.products[j]! * k;
    if (from >= products.length) continue;
    weight += profile.taste[j]!;
    for (let a = 0; a < k; a++) sum[a]! += profile.taste[j]! * products[from + a]!;
  }
  if (weight < least) return null;
  const own = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) own[a]! += carry[a * k + b]! * sum[b]!;
  const length = Math.sqrt(own.reduce((total, value) => total + value ** 2, 0));
  return length < 1e-12 ? null : own.map((value) => value / length);
}

function cosine(direction: Float64Array, centres: Float64Array, at: number, k: number): number {
  let sum = 0;
  for (let a = 0; a < k; a++) sum += direction[a]! * centres[at * k + a]!;
  return sum;
}

function nearest(direction: Float64Array, centres: Float64Array, k: number): number {
  let best = 0;
  let value = Number.NEGATIVE_INFINITY;
  for (let g = 0; g * k < centres.length; g++) {
    const likeness = cosine(direction, centres, g, k);
    if (likeness > value) {
      best = g;
      value = likeness;
    }
  }
  return best;
}

/** One run from centres drawn far from each other. */
function cluster(
  directions: readonly Float64Array[],
  k: number,
  count: number,
  random: Random,
): { centres: Float64Array<ArrayBuffer>; fit: number } {
  const centres = new Float64Array(count * k);
  const farness = new Float64Array(directions.length).fill(1);
  for (let g = 0; g < count; g++) {
    let left = random.next() * farness.reduce((a, b) => a + b, 0);
    let drawn = 0;
    while (drawn < directions.length - 1 && left >= farness[drawn]!) left -= farness[drawn++]!;
    centres.set(directions[drawn]!, g * k);
    for (const [m, direction] of directions.entries()) {
      farness[m] = Math.min(farness[m]!, Math.max(0, 1 - cosine(direction, centres, g, k)));
    }
  }
  let fit = 0;
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(count * k);
    let sum = 0;
    for (const direction of directions) {
      const g = nearest(direction, centres, k);
      sum += cosine(direction, centres, g, k);
      for (let a = 0; a < k; a++) sums[g * k + a]! += direction[a]!;
    }
    for (let g = 0; g < count; g++) {
      let length = 0;
      for (let a = 0; a < k; a++) length += sums[g * k + a]! ** 2;
      // A centre that nobody is near stays where it was.
      if (length < 1e-12) continue;
      for (let a = 0; a < k; a++) centres[g * k + a] = sums[g * k + a]! / Math.sqrt(length);
    }
    if (sum - fit < 1e-6 * directions.length) break;
    fit = sum;
  }
  return { centres, fit };
}

/** The first level of the category that a group's purchases lean to most. */
function leaningOf(own: Float64Array, all: readonly Float64Array[], contents: readonly ProductContent[]): string {
  const names: string[] = [];
  const indexOf = new Map<string, number>();
  const counts: [own: number, all: number][] = [];
  for (const [product, { category }] of contents.entries()) {
    const name = category.split('>')[0]!.trim();
    if (name === '') continue;
    let at = indexOf.get(name.toLowerCase());
    if (at === undefined) {
      at = names.push(name) - 1;
      indexOf.set(name.toLowerCase(), at);
      counts.push([0, 0]);
    }
    counts[at]![0] += own[product]!;
    for (const buyers of all) counts[at]![1] += buyers[product]!;
  }
  const total = counts.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  const lift = Float64Array.from(counts, ([mine, whole]) => (mine * total[1]) / Math.max(1, total[0] * (whole + 5)));
  return names[topK(lift, 1)[0] ?? -1] ?? '';
}
