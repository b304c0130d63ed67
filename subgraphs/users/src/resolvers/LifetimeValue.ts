import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Context } from '../context.ts';
import type { CustomerRow } from '../entities/customer.ts';
import type { LifetimeValueRow } from '../entities/lifetime-value.ts';
import type { LifetimeValueResolvers } from '../generated/resolvers.ts';
import { toNextOrder, toOrderProbability } from '../loaders/lifetime-values.ts';
import { explainLifetimeValue } from '../models/lifetime-value-reasons.ts';
import { whyNoScore } from './unavailable.ts';

/** A customer's lifetime value, or that the served version has none. */
export interface LifetimeValueParent {
  customer: CustomerRow;
  row: LifetimeValueRow | null;
}

const money = async (amountMinor: number | null | undefined, { shop }: Context) =>
  typeof amountMinor === 'number' ? { amountMinor, currency: (await shop()).currency } : null;

export const LifetimeValue: LifetimeValueResolvers = {
  probabilityAlive: ({ row }) => row?.probabilityAlive ?? null,
  expectedOrders: ({ row }) => row?.expectedOrders ?? null,
  value: ({ row }, _args, context) => money(row?.valueMinor, context),
  low: ({ row }, _args, context) => money(row?.lowMinor, context),
  high: ({ row }, _args, context) => money(row?.highMinor, context),
  reasons: async ({ row }, _args, { shop }) => (row ? explainLifetimeValue(row, (await shop()).currency) : []),
  unavailable: async ({ customer, row }, _args, { loaders }) =>
    row ? null : whyNoScore(customer, (await loaders.servedVersion.load('users.lifetime-value')) !== null),
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, { loaders }) =>
    row ? loaders.version.load(row.versionId) : loaders.servedVersion.load('users.lifetime-value'),
  probabilityOfOrder: async ({ row }, { withinDays }, { loaders }) => {
    if (!Number.isInteger(withinDays) || withinDays! < 1 || withinDays! > 365)
      throw invalidArgument('withinDays', 'withinDays takes a number from 1 to 365.');
    const orders = row && (await loaders.orderModel.load(row.versionId));
    return orders ? toOrderProbability(row, orders, withinDays!) : null;
  },
  nextOrderAt: ({ row }) => row?.nextOrderAt ?? null,
  nextOrderFrom: async ({ row }, _args, { loaders }) => {
    const orders = row && (await loaders.orderModel.load(row.versionId));
    return orders ? toNextOrder(row, orders, 0.05) : null;
  },
  nextOrderUntil: async ({ row }, _args, { loaders }) => {
    const orders = row && (await loaders.orderModel.load(row.versionId));
    return orders ? toNextOrder(row, orders, 0.95) : null;
  },
  history: ({ customer }, _args, { loaders }) =>
    loaders.scoreHistory('users.lifetime-value').load(customer.customerKey),
};
