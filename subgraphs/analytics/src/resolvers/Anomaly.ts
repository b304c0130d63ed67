import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { AnomalyResolvers } from '../generated/resolvers.ts';
import { anomalyKey } from '../loaders/anomalies.ts';

export const Anomaly: AnomalyResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('Anomaly', id);
    return key === undefined ? null : loaders.anomaly.load(key);
  },
  id: (row) => toGlobalId('Anomaly', anomalyKey(row)),
  date: ({ day }) => day,
  direction: ({ value, expected }) => (value >= expected ? 'HIGH' : 'LOW'),
  model: async ({ versionId }, _args, { loaders }) => {
    const version = await loaders.version.load(versionId);
    if (!version) throw new Error(`The model version of an anomaly is not in the registry: ${versionId}`);
    return version;
  },
};
