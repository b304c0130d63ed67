import type { Context } from '../context.ts';
import type { Offer } from '../merchandising/rule.ts';

/** The items whose products the shop has and that are not known to be sold out, in the order given, with what is offered. */
export async function offered<Item extends { productId: string }>(
  items: readonly Item[],
  { loaders }: Pick<Context, 'loaders'>,
): Promise<(Item & { offer: Offer })[]> {
  const offers = await loaders.offer.loadMany(items.map(({ productId }) => productId));
  return items.flatMap((item, i) => {
    const offer = offers[i];
    if (offer instanceof Error) throw offer;
    return offer && offer.stock !== 0 ? [{ ...item, offer }] : [];
  });
}
