import { keyOf } from '@cda/platform/graph/global-id.ts';
import { versionId } from '@cda/platform/models/registry.ts';
import type { ModelVersionResolvers } from '../generated/resolvers.ts';

export const ModelVersion: ModelVersionResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('ModelVersion', id);
    return key === undefined ? null : loaders.version.load(key);
  },
  id: ({ id }) => versionId(id),
  name: ({ model }) => model,
  trainedAt: ({ trained_at }) => trained_at,
  asOf: ({ as_of }) => as_of,
  durationMs: ({ duration_ms }) => duration_ms,
  primaryMetric: (row) => ({
    name: row.primary_metric,
    value: row.value,
    baselineName: row.baseline_name,
    baseline: row.baseline,
    higherIsBetter: row.higher_is_better,
  }),
  metrics: ({ metrics }) => Object.entries(metrics).map(([name, value]) => ({ name, value })),
};
