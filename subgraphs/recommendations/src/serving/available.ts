import type { Context } from '../context.ts';

/** The items whose products the shop has and that are not known to be sold out, in the order given. */
export async function available<Item>(
  items: readonly Item[],
  productIdOf: (item: Item) => string,
  { loaders }: Pick<Context, 'loaders'>,
): Promise<Item[]> {
  const stocks = await loaders.stock.loadMany(items.map(productIdOf));
  return items.filter((_, i) => {
    const stock = stocks[i];
    if (stock instanceof Error) throw stock;
    return stock !== null && stock?.units !== 0;
  });
}
