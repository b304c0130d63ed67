import { activeProducts, compact, expand } from './active-products.ts';
import { type Affinity, affinityOf, fitShelf, type Shelf } from './affinity.ts';
import { fitCoPurchases, togetherAsItems } from './co-purchase.ts';
import type { ProductContent } from './content-model.ts';
import {
  expandFactors,
  type FactorModel,
  type FactorOptions,
  factorDefaults,
  factorsAsItems,
  fitFactors,
} from './factor-model.ts';
import { type History, historyBefore, type Interactions, kinds } from './interactions.ts';
import { addScores, type ItemModel } from './item-model.ts';
import { fitNextOrder, type NextOrderOptions, nextOrderDefaults } from './next-order-model.ts';
import { buyers, type Trends, trendsAt } from './popularity.ts';
import { type Profile, type ProfileOptions, profileDefaults, toProfile } from './profile.ts';
import { fitReBuy, type ReBuyIntervals } from './re-buy.ts';
import { fitTasteGroups, groupOf, type TasteGroups } from './taste-groups.ts';
import { fitTaste, type TasteOptions, tasteDefaults } from './taste-model.ts';

export interface CandidateOptions {
  profile: ProfileOptions;
  taste: TasteOptions;
  factors: FactorOptions;
  nextOrder: NextOrderOptions;
  /** Products that models of pairs are fitted on at most. */
  activeProducts: number;
}

export const candidateDefaults: CandidateOptions = {
  profile: profileDefaults,
  taste: tasteDefaults,
  factors: factorDefaults,
  nextOrder: nextOrderDefaults,
  activeProducts: 5000,
};

/** The item-to-item models that a score is made of, in the order of their scores. */
export const evidenceModels = ['taste', 'factors', 'nextOrder', 'content', 'together'] as const;
export type EvidenceModel = (typeof evidenceModels)[number];

/** Everything that is fitted on what happened before one moment, besides how to weigh it. */
export interface Candidates extends Record<EvidenceModel, ItemModel> {
  products: number;
  /** Products and customers as points of a few tastes. */
  space: FactorModel;
  groups: TasteGroups;
  reBuy: ReBuyIntervals;
  /** Customers who bought each product. */
  popularity: Float64Array;
  profile: ProfileOptions;
  shelf: Shelf;
}

/** The catalogue's side of a fit: the same at every moment. */
export interface Catalogue {
  contents: readonly ProductContent[];
  model: ItemModel;
}

/**
 * Fits the candidates on what happened before `day`; `catalogue` comes from the products' own texts.
 *  For cost see the models; some seconds for 4,000 customers and 3,000 products.
 */
export function fitCandidates(
  data: Interactions,
  catalogue: Catalogue,
  day: number,
  options: CandidateOptions = candidateDefaults,
): Candidates {
  const popularity = buyers(data);
  const active = activeProducts(data, options.activeProducts);
  const pairs = compact(data, active);
  const space = expandFactors(fitFactors(pairs, day, options.factors, options.profile), active, data.products);
  return {
    products: data.products,
    taste: expand(fitTaste(pairs, day, options.taste, options.profile), active, data.products),
    factors: factorsAsItems(space, options.factors.keep),
    space,
    groups: fitTasteGroups(data, day, space, catalogue.contents, { profiles: options.profile }),
    nextOrder: expand(fitNextOrder(pairs, day, options.nextOrder, options.profile), active, data.products),
    content: catalogue.model,
    together: togetherAsItems(fitCoPurchases(data)),
    reBuy: fitReBuy(data, day),
    popularity,
    profile: options.profile,
    shelf: fitShelf(catalogue.contents, popularity),
  };
}

/** What the weights of a history are in each model. */
export function queryOf(profile: Profile, model: EvidenceModel): Float64Array {
  if (model === 'together') return profile.cart;
  return model === 'nextOrder' ? profile.basket : profile.taste;
}

/** Scores of all products for one customer at one moment. */
export interface CustomerScores {
  profile: Profile;
  /** n scores of each evidence model. */
  evidence: Record<EvidenceModel, Float64Array>;
  /** Place in the profile of each product that the customer owns, −1 for all others; n. */
  owned: Int32Array;
  trends: Trends;
  affinity: Affinity;
  /** Index of the customer's taste group; −1 where too little is known. */
  group: number;
}

const emptyEvidence = (n: number): CustomerScores['evidence'] => ({
  taste: new Float64Array(n),
  factors: new Float64Array(n),
  nextOrder: new Float64Array(n),
  content: new Float64Array(n),
  together: new Float64Array(n),
});

/** Scores every product from a history as it stood at `day`. O(products + Σ entries of the history's products). */
export function scoreEvidence(candidates: Candidates, history: History, day: number, trends: Trends): CustomerScores {
  const n = candidates.products;
  const profile = toProfile(history, day, candidates.profile);
  const evidence = emptyEvidence(n);
  for (const model of evidenceModels) {
    addScores(candidates[model].byInput, profile.products, queryOf(profile, model), evidence[model]);
  }
  // A long history likes everything a little by its text: the root keeps short and long ones on one scale.
  const damping = 1 / Math.sqrt(1 + profile.taste.reduce((a, b) => a + b, 0));
  for (let i = 0; i < n; i++) evidence.content[i]! *= damping;
  return {
    profile,
    evidence,
    owned: ownedProducts(profile, n),
    trends,
    affinity: affinityOf(profile, candidates.shelf),
    group: groupOf(profile, candidates.space, candidates.groups),
  };
}

/** Place in the profile of each product that the customer owns, −1 for all others. */
function ownedProducts(profile: Profile, n: number): Int32Array {
  const owned = new Int32Array(n).fill(-1);
  for (let j = 0; j < profile.products.length; j++) {
    if (profile.orders[j]! > 0 && profile.products[j]! < n) owned[profile.products[j]!] = j;
  }
  return owned;
}

/** A customer whom no model has scored yet. */
export const profileOnly = (profile: Profile, n: number): CustomerScores => ({
  profile,
  evidence: emptyEvidence(n),
  owned: ownedProducts(profile, n),
  trends: [],
  affinity: { category: new Float64Array(0), logPrice: 0 },
  group: -1,
});

/**
 * Scores at the moments of many queries; trends are computed once for all. What lies in the `cart` of a query counts as put there at
 * its moment.
 */
export function createScorer(
  candidates: Candidates,
  data: Interactions,
  days: Iterable<number>,
): (customer: number, day: number, cart?: readonly number[]) => CustomerScores {
  const trends = trendsAt(data, days);
  return (customer, day, cart = []) => {
    const history = historyBefore(data, customer, day);
    return scoreEvidence(candidates, withCart(history, cart, day), day, trends.get(Math.floor(day))!);
  };
}

/** A history that ends with products put into the cart. O(rows). */
function withCart(history: History, cart: readonly number[], day: number): History {
  if (cart.length === 0) return history;
  const { from, to } = history;
  return {
    from: 0,
    to: to - from + cart.length,
    product: Int32Array.of(...history.product.subarray(from, to), ...cart),
    day: Float64Array.of(...history.day.subarray(from, to), ...cart.map(() => day)),
    kind: Uint8Array.of(...history.kind.subarray(from, to), ...cart.map(() => kinds.cart)),
    order: Int32Array.of(...history.order.subarray(from, to), ...cart.map(() => -1)),
  };
}
