import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { ModelVersionResolvers } from '../generated/resolvers.ts';

export const ModelVersion: ModelVersionResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('ModelVersion', id);
    return key === undefined ? null : loaders.version.load(key);
  },
};
