import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { ModelVersionResolvers } from '../generated/resolvers.ts';
import { isUuid } from '../loaders/customer-list.ts';

export const ModelVersion: ModelVersionResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const key = keyOf('ModelVersion', id);
    return key !== undefined && isUuid(key) ? loaders.version.load(key) : null;
  },
};
