import { type Interactions, kinds } from './interactions.ts';

/** Days after which a purchase counts 1/e, for each measure of what sells now. */
export const trendDays = [7, 14, 30, 90] as const;

/** The one of them that ranks what sells now where nothing else is known: purchases before 30 days ago would count 1/8 at most. */
export const listTrendDays: (typeof trendDays)[number] = 14;

/** Days after which a purchase counts half in those lists. */
export const halfLifeDays = listTrendDays * Math.LN2;

/** What a purchase of some days ago counts. */
export const trendWeight = (ageDays: number, days: number): number => Math.exp(-ageDays / days);

/** Decayed counts of buyers by product at one moment: one array of length products for each of `trendDays`. */
export type Trends = readonly Float64Array[];

/**
 * What sold before each of the moments, each customer's purchases of a product on one day counting once.
 *
 * @param days moments in days since the epoch, in any order; purchases of the moment's own day are not seen.
 * @returns Trends by moment's day number (`Math.floor(day)`).
 *
 * O(rows log rows + span of days · products).
 */
export function trendsAt(data: Interactions, days: Iterable<number>): Map<number, Trends> {
  const wanted = [...new Set([...days].map(Math.floor))].sort((a, b) => a - b);
  const sales: { day: number; product: number }[] = [];
  for (let c = 0; c < data.customers; c++) {
    const seen = new Set<number>();
    for (let row = data.offsets[c]!; row < data.offsets[c + 1]!; row++) {
      if (data.kind[row] !== kinds.purchase) continue;
      const day = Math.floor(data.day[row]!);
      const key = day * data.products + data.product[row]!;
      if (seen.has(key)) continue;
      seen.add(key);
      sales.push({ day, product: data.product[row]! });
    }
  }
  sales.sort((a, b) => a.day - b.day);
  const out = new Map<number, Trends>();
  const counts = trendDays.map(() => new Float64Array(data.products));
  let next = 0;
  let now = sales[0]?.day ?? 0;
  for (const day of wanted) {
    while (next < sales.length && sales[next]!.day < day) {
      advance(counts, sales[next]!.day - now);
      now = sales[next]!.day;
      for (const count of counts) count[sales[next]!.product]!++;
      next++;
    }
    if (day > now) {
      advance(counts, day - now);
      now = day;
    }
    out.set(
      day,
      counts.map((count) => count.slice()),
    );
  }
  return out;
}

function advance(counts: readonly Float64Array[], days: number): void {
  if (days === 0) return;
  for (const [k, count] of counts.entries()) {
    const factor = trendWeight(days, trendDays[k]!);
    for (let i = 0; i < count.length; i++) count[i]! *= factor;
  }
}

/** Number of customers who bought each product. O(rows). */
export function buyers(data: Interactions): Float64Array {
  const counts = new Float64Array(data.products);
  for (let c = 0; c < data.customers; c++) {
    const seen = new Set<number>();
    for (let row = data.offsets[c]!; row < data.offsets[c + 1]!; row++) {
      if (data.kind[row] === kinds.purchase) seen.add(data.product[row]!);
    }
    for (const product of seen) counts[product]!++;
  }
  return counts;
}
