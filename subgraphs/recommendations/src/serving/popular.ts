import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import { popularDays } from '../loaders/popular.ts';
import type { RankedList } from './list.ts';

/** What most customers bought lately and is in stock: the list for those of whom nothing is known. */
export async function popularList(
  { loaders, shop }: Context,
  { unavailable, hidden }: { unavailable?: StoredUnavailable; hidden: ReadonlySet<string> },
): Promise<RankedList> {
  const [rows, { asOf }] = await Promise.all([loaders.popular.load('all'), shop()]);
  const products = await loaders.product.loadMany(rows.map(({ productId }) => productId));
  return {
    items: rows
      .filter(({ productId }, i) => {
        const row = products[i];
        return !hidden.has(productId) && row !== null && !(row instanceof Error) && row?.stock !== 0;
      })
      .map(({ productId, buyers }) => ({
        productId,
        score: buyers,
        reasons: () => [
          {
            code: 'POPULAR',
            en: `${buyers} ${buyers === 1 ? 'customer' : 'customers'} bought it in the last ${popularDays} days`,
            ru: `За последние ${popularDays} дней купили ${buyers} ${russianPlural(buyers, 'покупатель', 'покупателя', 'покупателей')}`,
            weight: buyers,
          },
        ],
      })),
    pipeline: 'POPULAR',
    asOf,
    model: null,
    ...(unavailable ? { unavailable } : {}),
  };
}
