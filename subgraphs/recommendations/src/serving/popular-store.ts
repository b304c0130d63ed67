import { forEverybody } from '@cda/platform/database/cancellation.ts';
import type { Shop } from '@cda/platform/events/clock.ts';
import type { Pool } from 'pg';
import { loadSales, type SalesRow } from '../loaders/popular.ts';
import { regionalDemand } from '../ml/regional-demand.ts';

/** A product with how it sold lately. */
export interface PopularRow {
  productId: string;
  /** Customers of the whole shop who bought it in `popularDays`. */
  buyers: number;
  /** Those of them who bought it in `latelyDays`. */
  lately: number;
  /** The buyers, each counting half as much for every `halfLifeDays` since they bought it last. */
  trend: number;
  /** The buyers in the country that was asked for; null where none was, or nothing was sold to it. */
  regional: {
    buyers: number;
    /** How many times as often as in the whole shop, drawn towards 1 where few orders tell. */
    factor: number;
    /** Weight of the country's own orders in the factor, 0 to 1. */
    ownWeight: number;
  } | null;
}

/** Keeps what sells best for all strangers at once: counting a month of purchases for each of them would be waste. */
export interface PopularStore {
  /** What was bought lately in the order of a country (of the shop where it is null), best first. */
  get(shop: Shop, country: string | null): Promise<readonly PopularRow[]>;
}

/** How old the counts may be; a shop's present that jumps to another event has them counted anew at once. */
const freshMs = 15_000;

type Rankings = (country: string | null) => readonly PopularRow[];

/** The counts of one moment are held: those of the shop's present. One row a product and country. */
export function createPopularStore(db: Pool): PopularStore {
  let held: { present: number; countedAt: number; rankings: Promise<Rankings> } | undefined;
  return {
    get: async ({ asOf, historical }, country) => {
      const present = historical ? asOf.getTime() : 0;
      const now = performance.now();
      if (held?.present !== present || now - held.countedAt >= freshMs) {
        const own = { present, countedAt: now, rankings: forEverybody(() => loadSales(db, asOf)).then(toRankings) };
        held = own;
        own.rankings.catch(() => {
          if (held === own) held = undefined;
        });
      }
      return (await held.rankings)(country);
    },
  };
}

/** Rankings by country; each is worked out when it is first asked for. */
export function toRankings(sales: readonly SalesRow[]): Rankings {
  const productIds = [...new Set(sales.map(({ productId }) => productId))].sort();
  const indexOf = new Map(productIds.map((id, index) => [id, index]));
  const countries = [...new Set(sales.flatMap(({ country }) => country ?? []))];
  const counts = new Map(countries.map((country) => [country, new Float64Array(productIds.length)]));
  const shop = productIds.map(() => ({ buyers: 0, lately: 0, trendMillionths: 0 }));
  for (const { productId, country, buyers, lately, trendMillionths } of sales) {
    const index = indexOf.get(productId)!;
    const whole = shop[index]!;
    whole.buyers += buyers;
    whole.lately += lately;
    whole.trendMillionths += trendMillionths;
    if (country !== null) counts.get(country)![index]! += buyers;
  }
  const demand = regionalDemand(
    countries.map((country) => ({ buyers: counts.get(country)! })),
    productIds.length,
  );
  const rank = (country: string | null): readonly PopularRow[] => {
    const at = country === null ? -1 : countries.indexOf(country);
    const own = demand[at];
    return productIds
      .map((productId, i) => ({
        productId,
        buyers: shop[i]!.buyers,
        lately: shop[i]!.lately,
        trend: shop[i]!.trendMillionths / 1e6,
        regional: own
          ? { buyers: counts.get(country!)![i]!, factor: own.factor[i]!, ownWeight: own.ownWeight[i]! }
          : null,
      }))
      .sort((a, b) => popularScore(b) - popularScore(a) || b.buyers - a.buyers || (a.productId < b.productId ? -1 : 1));
  };
  const known = new Map<string | null, readonly PopularRow[]>();
  return (asked) => {
    // Countries without sales have the shop's ranking: what is held is bounded by the countries that there are.
    const country = asked !== null && counts.has(asked) ? asked : null;
    const before = known.get(country);
    if (before) return before;
    const ranking = rank(country);
    known.set(country, ranking);
    return ranking;
  };
}

/**
 * ln(1 + buyers by how lately they bought, as if the whole shop bought as the country does). The country's factor is of plain
 * counts: a taste is no matter of days, and counts are what its estimate is made for.
 */
export const popularScore = ({ trend, regional }: Pick<PopularRow, 'trend' | 'regional'>): number =>
  Math.log1p(trend * (regional?.factor ?? 1));
