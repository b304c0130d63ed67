import type { ExperimentPreferenceResolvers } from '../generated/resolvers.ts';

export const ExperimentPreference: ExperimentPreferenceResolvers = {
  share: ({ preference }) => preference,
  pValue: ({ preference }) => preference?.pValue ?? null,
  signTestPValue: ({ preference }) => preference?.signTestPValue ?? null,
};
