import type { QueryResolvers } from '../generated/resolvers.ts';
import { loadAnomalyPage } from '../loaders/anomalies.ts';

export const anomalies: QueryResolvers['anomalies'] = (_parent, args, { db }) => loadAnomalyPage(db, args);
