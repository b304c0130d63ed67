import type { ChurnScoreRow } from '../entities/churn-score.ts';
import type { CustomerRow } from '../entities/customer.ts';
import type { ChurnResolvers } from '../generated/resolvers.ts';
import { bandOf } from '../loaders/churn-overview.ts';
import { explainChurnScore } from '../models/churn-reasons.ts';
import { churnWhatIfs } from '../models/churn-what-if.ts';
import { whyNoScore } from './unavailable.ts';

/** A customer's churn score, or that the served version has none. */
export interface ChurnParent {
  customer: CustomerRow;
  row: ChurnScoreRow | null;
}

export const Churn: ChurnResolvers = {
  probability: ({ row }) => row?.probability ?? null,
  low: ({ row }) => row?.low ?? null,
  high: ({ row }) => row?.high ?? null,
  band: ({ row }) => (row ? bandOf(row.probability) : null),
  horizonDays: ({ row }, _args, { loaders }) => row?.horizonDays ?? loaders.churnHorizon(),
  reasons: async ({ row }, _args, { loaders, shop }) => {
    const kept = row && (await loaders.churnCase.load(row.customerKey));
    return kept ? explainChurnScore(kept, (await shop()).currency) : [];
  },
  whatIf: async ({ row }, _args, { loaders }) => {
    const kept = row && (await loaders.churnCase.load(row.customerKey));
    return kept ? churnWhatIfs(kept) : [];
  },
  unavailable: async ({ customer, row }, _args, { loaders }) =>
    row ? null : whyNoScore(customer, (await loaders.servedVersion.load('users.churn')) !== null),
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, { loaders }) =>
    row ? loaders.version.load(row.versionId) : loaders.servedVersion.load('users.churn'),
  history: ({ customer }, _args, { loaders }) => loaders.scoreHistory('users.churn').load(customer.customerKey),
};
