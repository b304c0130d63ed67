import { textIn } from '@cda/platform/graph/values.ts';
import type { QueryResolvers, SegmentationPartResolvers, SegmentationResolvers } from '../generated/resolvers.ts';
import { loadCentreSegmentation, loadDensitySegmentation, loadRuleSegmentation } from '../loaders/segmentation.ts';
import { loadAllSegments } from '../loaders/segments.ts';
import { noModelServed, noRules } from './unavailable.ts';

export const segmentation: QueryResolvers['segmentation'] = async (_parent, { algorithm }, context) => {
  const { db, em, shop, loaders } = context;
  switch (algorithm) {
    case 'KMEANS':
      return loadCentreSegmentation(db, await loadAllSegments(em));
    case 'DBSCAN':
      return loadDensitySegmentation(db);
    case 'RULES':
      return loadRuleSegmentation(db, (await shop()).asOf, await loaders.ruleSegments());
  }
};

export const Segmentation: SegmentationResolvers = {
  unavailable: ({ algorithm, parts }) => {
    if (parts.length > 0) return null;
    return algorithm === 'RULES' ? noRules : noModelServed;
  },
  model: ({ versionId }, _args, { loaders }) => (versionId === null ? null : loaders.version.load(versionId)),
};

export const SegmentationPart: SegmentationPartResolvers = {
  name: ({ name }, args, context) => textIn(name, args, context),
};
