import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { Context } from '../context.ts';
import { popularDays } from '../loaders/popular.ts';
import { available } from './available.ts';
import type { RankedList } from './list.ts';

/** What most customers bought lately and is in stock: the list for those of whom nothing is known. */
export async function popularList(
  context: Context,
  { unavailable, owned = new Set() }: { unavailable?: StoredUnavailable; owned?: ReadonlySet<string> } = {},
): Promise<RankedList> {
  const [rows, { asOf }] = await Promise.all([context.loaders.popular.load('all'), context.shop()]);
  const shown = await available(
    rows.filter(({ productId }) => !owned.has(productId)),
    ({ productId }) => productId,
    context,
  );
  return {
    items: shown.map(({ productId, buyers }) => ({
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
