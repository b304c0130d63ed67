import type { Context } from '../context.ts';
import type { CustomerRow } from '../entities/customer.ts';
import type { LifetimeValueRow } from '../entities/lifetime-value.ts';
import type { LifetimeValueResolvers } from '../generated/resolvers.ts';
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
  nextOrderAt: ({ row }) => row?.nextOrderAt ?? null,
  history: ({ customer }, _args, { loaders }) =>
    loaders.scoreHistory('users.lifetime-value').load(customer.customerKey),
};
