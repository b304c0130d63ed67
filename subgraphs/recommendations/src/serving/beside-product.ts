import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { topK } from '@cda/platform/ml/top-k.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import type { ProductRow } from '../entities/product.ts';
import type { Pipeline } from '../generated/resolvers.ts';
import { boostOf, type Candidate } from '../merchandising/apply-rules.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import { contentTerms, type TermGroup, termGroups, toVector } from '../ml/content-model.ts';
import { duplicatesLast } from '../ml/near-duplicates.ts';
import { contentOf } from './content-of.ts';
import type { RankedItem, RankedList } from './list.ts';
import { isOffered } from './offered.ts';
import type { Recommender } from './recommender.ts';
import { multipliedReasons, placedReason, ruledList, wantedBy } from './ruled-list.ts';

const notServed: StoredUnavailable = {
  code: 'MODEL_NOT_SERVED',
  en: 'No recommendation model is served: it has not been fitted yet, or does not beat its baseline.',
  ru: 'Модель рекомендаций не используется: она ещё не обучена или не превзошла базовую.',
};

/** Products whose name, category, brand and price are nearest; a product newer than the model is placed by its own words. */
export const similarList = (productId: string, request: BesideRequest, context: Context): Promise<RankedList> =>
  besideProduct(productId, 'CONTENT', request, context, (recommender, row) => {
    const { vectors, idf } = recommender.model.vectors;
    const own = new Map(toVector(contentTerms(contentOf(row)), idf));
    const cosine = new Float64Array(vectors.rows).fill(Number.NEGATIVE_INFINITY);
    for (let other = 0; other < vectors.rows; other++) {
      if (recommender.productIds[other] === productId) continue;
      let sum = 0;
      for (let at = vectors.offsets[other]!; at < vectors.offsets[other + 1]!; at++) {
        const value = own.get(vectors.indices[at]!);
        if (value !== undefined) sum += value * vectors.values[at]!;
      }
      if (sum > 0) cosine[other] = sum;
    }
    const groups = termGroups(idf);
    return Array.from(topK(cosine, cosine.length), (other) => ({
      productId: recommender.productIds[other]!,
      score: cosine[other]!,
      reasons: () => {
        const shares: Record<TermGroup, number> = { words: 0, category: 0, brand: 0, price: 0 };
        for (let at = vectors.offsets[other]!; at < vectors.offsets[other + 1]!; at++) {
          const value = own.get(vectors.indices[at]!);
          if (value !== undefined) shares[groups[vectors.indices[at]!]!] += value * vectors.values[at]!;
        }
        return likenessReasons(shares);
      },
    }));
  });

/** Products that stand in the same orders more often than chance, the most significant first. */
export const boughtTogetherList = (productId: string, request: BesideRequest, context: Context): Promise<RankedList> =>
  besideProduct(productId, 'CO_PURCHASE', request, context, (recommender) => {
    const { together, lift, orders } = recommender.model.coPurchases;
    const product = recommender.indexOf.get(productId);
    if (product === undefined) return [];
    const items: RankedItem[] = [];
    for (let at = together.offsets[product]!; at < together.offsets[product + 1]!; at++) {
      const other = together.indices[at]!;
      const both = together.values[at]!;
      const times = lift[at]!;
      // Confidence first, lift second: a pair that is seen often beats a rare one of the same lift.
      const score = Math.log(times) * Math.sqrt(both);
      items.push({
        productId: recommender.productIds[other]!,
        score,
        reasons: () => [
          {
            code: 'BOUGHT_TOGETHER',
            en: `In ${both} of ${orders[product]} orders with this product: ${times.toFixed(1)} times as often as by chance`,
            ru: `В ${both} из ${orders[product]} ${russianPlural(orders[product]!, 'заказа', 'заказов', 'заказов')} с этим товаром: в ${times.toFixed(1).replace('.', ',')} раза чаще случайного`,
            weight: score,
          },
        ],
      });
    }
    return items.sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1));
  });

/** Where the list is to be shown. */
export interface BesideRequest {
  /** Country that the products have to be sold to. */
  country?: string | null;
}

async function besideProduct(
  productId: string,
  pipeline: Pipeline,
  { country = null }: BesideRequest,
  context: Context,
  rank: (recommender: Recommender, row: ProductRow) => RankedItem[],
): Promise<RankedList> {
  const { loaders, recommenders } = context;
  const [{ version, range, rules: kept }, row, { asOf }] = await Promise.all([
    context.state(),
    loaders.product.load(productId),
    context.shop(),
  ]);
  const recommender = version && (await recommenders.get(version));
  if (!recommender) return { items: [], rules: [], pipeline, unavailable: notServed, asOf, model: null };
  const rules = rulesInForce(kept, 'PRODUCT', asOf);
  const ranked = row ? rank(recommender, row) : [];
  const candidates = ranked.flatMap((item): (RankedItem & Candidate)[] => {
    const offer = range.offers.get(item.productId);
    if (!isOffered(offer, country)) return [];
    const { productId, score, reasons } = item;
    return [
      {
        productId,
        offer,
        score: score * Math.exp(boostOf(rules, productId, offer)),
        reasons: () => [...reasons(), ...multipliedReasons(rules, { productId, offer }, score)],
      },
    ];
  });
  if (rules.length > 0) {
    candidates.sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1));
    const known = new Set(candidates.map((item) => item.productId)).add(productId);
    for (const offer of range.offers.values()) {
      if (known.has(offer.productId) || !isOffered(offer, country)) continue;
      if (wantedBy(rules, offer.productId, offer) === undefined) continue;
      const item = { productId: offer.productId, offer, score: 0, reserve: true };
      candidates.push({ ...item, reasons: () => [placedReason(rules, item)] });
    }
  }
  return {
    ...ruledList(withoutEchoes(candidates, recommender), rules),
    pipeline,
    asOf,
    model: version,
  };
}

/** Near-duplicates of what stands above go to the end. */
function withoutEchoes<Item extends RankedItem>(items: readonly Item[], recommender: Recommender): Item[] {
  const indices = Int32Array.from(items, ({ productId }) => recommender.indexOf.get(productId) ?? -1);
  return Array.from(duplicatesLast(indices, recommender.model.vectors.vectors), (place) => items[place]!);
}

const words: Record<TermGroup, { code: string; en: string; ru: string }> = {
  words: { code: 'SAME_WORDS', en: 'Similar name and description', ru: 'Похожие название и описание' },
  category: { code: 'SAME_CATEGORY', en: 'Same category', ru: 'Та же категория' },
  brand: { code: 'SAME_BRAND', en: 'Same brand', ru: 'Тот же бренд' },
  price: { code: 'SIMILAR_PRICE', en: 'Similar price', ru: 'Близкая цена' },
};

function likenessReasons(shares: Record<TermGroup, number>): StoredReason[] {
  return (Object.keys(shares) as TermGroup[])
    .filter((group) => shares[group] > 0)
    .sort((a, b) => shares[b] - shares[a])
    .map((group) => ({ ...words[group], weight: shares[group] }));
}
