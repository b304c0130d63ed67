import { pageSize } from '@cda/platform/graph/connection.ts';
import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { inLocale } from '@cda/platform/text.ts';
import type { ProductResolvers } from '../generated/resolvers.ts';
import { adviseDemand, advisePrice } from '../models/price-advice.ts';
import { whyNoElasticity } from './Elasticity.ts';

const maximumWeeks = 104;

export const Product: ProductResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('Product', id);
    return key === undefined ? null : loaders.product.load(key);
  },
  id: ({ productId }) => toGlobalId('Product', productId),
  externalId: ({ productId }) => productId,
  name: ({ name, nameRu }, { locale }, context) => inLocale({ en: name, ru: nameRu ?? name }, locale ?? context.locale),
  category: ({ category }, _args, { loaders }) => (category ? loaders.category.load(category) : null),
  price: ({ priceMinor, currency }) =>
    typeof priceMinor === 'number' && currency ? { amountMinor: priceMinor, currency } : null,
  unitCost: ({ costMinor, costCurrency }) =>
    typeof costMinor === 'number' && costCurrency ? { amountMinor: costMinor, currency: costCurrency } : null,
  margin: ({ priceMinor, currency, costMinor, costCurrency }) =>
    typeof priceMinor === 'number' && typeof costMinor === 'number' && priceMinor > 0 && currency === costCurrency
      ? (priceMinor - costMinor) / priceMinor
      : null,
  revenue: async ({ revenueMinor }, _args, { shop }) => ({
    amountMinor: revenueMinor,
    currency: (await shop()).currency,
  }),
  elasticity: async ({ productId }, _args, { loaders }) => ({ row: await loaders.elasticity.load(productId) }),
  demandAt: async ({ productId }, { priceMinor }, context) => {
    if (priceMinor < 0) throw invalidArgument('priceMinor', 'A price is not below 0.');
    const row = await context.loaders.elasticity.load(productId);
    const { currency } = await context.shop();
    return adviseDemand(row, await whyNoElasticity(row, context), priceMinor, currency);
  },
  bestPrice: async ({ productId }, { unitCostMinor }, context) => {
    if ((unitCostMinor ?? 0) < 0) throw invalidArgument('unitCostMinor', 'A cost is not below 0.');
    const row = await context.loaders.elasticity.load(productId);
    const { currency } = await context.shop();
    return advisePrice(row, await whyNoElasticity(row, context), unitCostMinor ?? undefined, currency);
  },
  priceHistory: ({ productId }, { first }, { loaders }) => loaders.priceHistory(pageSize(first)).load(productId),
  weeklySales: ({ productId }, { weeks }, { loaders }) => {
    const asked = weeks ?? 26;
    if (asked < 1 || asked > maximumWeeks) {
      throw invalidArgument('weeks', `weeks takes a number from 1 to ${maximumWeeks}.`);
    }
    return loaders.weeklySales(asked).load(productId);
  },
};
