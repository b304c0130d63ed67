import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { Money } from '@cda/platform/graph/values.ts';
import type { Figures } from '../loaders/metrics.ts';

/** An amount in the shop's currency. */
export const money = async ({ shop }: RequestContext, amountMinor: number): Promise<Money> => ({
  amountMinor,
  currency: (await shop()).currency,
});

/** Revenue per order, to the nearest minor unit; null without orders. */
export const averageOrderValue = (context: RequestContext, { revenueMinor, orders }: Figures): Promise<Money> | null =>
  orders === 0 ? null : money(context, Math.round(revenueMinor / orders));

/** Part of visits with an order; null without visits. */
export const conversionRate = ({ visits, visitsWithOrder }: Figures): number | null =>
  visits === 0 ? null : visitsWithOrder / visits;
