/** Which products a rule is about: those that meet every condition that is set. */
export interface RuleMatch {
  productIds?: readonly string[] | null;
  /** Path of a category; its subcategories count. */
  category?: string | null;
  brand?: string | null;
  /** Bounds of the price in minor units, inclusive. Products without a price meet none. */
  priceFrom?: number | null;
  priceTo?: number | null;
  /** Bounds of the margin as a share of the price, inclusive. Products whose margin is not known meet none. */
  marginFrom?: number | null;
  marginTo?: number | null;
  /** Least number on hand. Products of which the shop does not say it meet none. */
  stockFrom?: number | null;
}

/** What a rule does with the products that it is about. */
export type RuleAction =
  /** They are never shown. */
  | { kind: 'EXCLUDE' }
  /** Only they are shown. */
  | { kind: 'ONLY' }
  /** They stand at this place, from 1; several follow each other in the order of their scores. */
  | { kind: 'PIN'; slot: number }
  /** Their odds are multiplied: above 1 raises, below 1 buries. */
  | { kind: 'BOOST'; factor: number }
  /** At most `count` of them (of each of their departments with `perCategory`) among the first `of`. */
  | { kind: 'AT_MOST'; count: number; of: number; perCategory: boolean }
  /** At least `count` of them among the first `of`, as long as there are any. */
  | { kind: 'AT_LEAST'; count: number; of: number }
  /** Products that the customer owns may stand among the new ones. */
  | { kind: 'ALLOW_OWNED' };

export interface Rule {
  id: string;
  name: string;
  match: RuleMatch;
  action: RuleAction;
  /** Larger comes first where rules contend; 0 where absent. */
  priority?: number;
}

/** What rules look at. */
export interface Offer {
  category: string | null;
  brand: string | null;
  priceMinor: number | null;
  stock: number | null;
  /** Share of the price that is left over the cost; absent or null where it is not known. */
  margin?: number | null;
  /** Countries that it is sold in; everywhere where there are none. */
  countries?: readonly string[] | null;
}

/** Whether a product may be sold into a country; where the country is not known, it may. */
export const isSoldIn = ({ countries }: Pick<Offer, 'countries'>, country: string | null): boolean =>
  country === null || !countries || countries.length === 0 || countries.includes(country);

/** Whether any condition is set. */
export const isNarrowed = (match: RuleMatch): boolean =>
  Object.values(match).some((condition) => condition !== null && condition !== undefined);

const folded = (text: string): string => text.trim().toLowerCase();
const mostPaths = 10_000;
const knownPaths = new Map<string, readonly string[]>();

/** Levels of a category's path, folded. A shop has few paths, and every list asks for those of every product. */
function levels(path: string): readonly string[] {
  let known = knownPaths.get(path);
  if (known === undefined) {
    if (knownPaths.size >= mostPaths) knownPaths.clear();
    known = path.split('>').map(folded);
    knownPaths.set(path, known);
  }
  return known;
}

/** Whether a rule is about a product. O(conditions). */
export function isAbout({ match }: Pick<Rule, 'match'>, productId: string, offer: Offer): boolean {
  if (match.productIds && !match.productIds.includes(productId)) return false;
  if (match.category) {
    const own = levels(offer.category ?? '');
    if (!levels(match.category).every((level, i) => own[i] === level)) return false;
  }
  if (match.brand && folded(offer.brand ?? '') !== folded(match.brand)) return false;
  if (typeof match.priceFrom === 'number' && !((offer.priceMinor ?? Number.NaN) >= match.priceFrom)) return false;
  if (typeof match.priceTo === 'number' && !((offer.priceMinor ?? Number.NaN) <= match.priceTo)) return false;
  if (typeof match.marginFrom === 'number' && !((offer.margin ?? Number.NaN) >= match.marginFrom)) return false;
  if (typeof match.marginTo === 'number' && !((offer.margin ?? Number.NaN) <= match.marginTo)) return false;
  if (typeof match.stockFrom === 'number' && !((offer.stock ?? Number.NaN) >= match.stockFrom)) return false;
  return true;
}

/** First level of a product's category, folded; empty where it has none. */
export const departmentOf = (offer: Offer): string => levels(offer.category ?? '')[0]!;
