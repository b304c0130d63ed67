import type { AnomalyConnectionResolvers } from '../generated/resolvers.ts';
import { countAnomalies } from '../loaders/anomalies.ts';

export const AnomalyConnection: AnomalyConnectionResolvers = {
  totalCount: ({ where }, _args, { db }) => countAnomalies(db, where),
};
