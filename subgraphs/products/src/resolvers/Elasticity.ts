import type { ElasticityRow } from '../entities/elasticity.ts';
import type { ElasticityResolvers } from '../generated/resolvers.ts';

/** A product's elasticity, or that the served version has none for it. */
export interface ElasticityParent {
  row: ElasticityRow | null;
}

const notServed = {
  code: 'MODEL_NOT_SERVED' as const,
  en: 'No elasticity model is served: it has not been fitted yet, or does not beat its baseline.',
  ru: 'Модель эластичности не используется: она ещё не обучена или не превзошла базовую.',
};
const unseen = {
  code: 'NOT_ENOUGH_DATA' as const,
  en: 'The product is newer than the model: it comes in with the next fit.',
  ru: 'Товар новее модели: он войдёт в неё при следующем обучении.',
};

export const Elasticity: ElasticityResolvers = {
  value: ({ row }) => row?.value ?? null,
  low: ({ row }) => row?.low ?? null,
  high: ({ row }) => row?.high ?? null,
  confidence: ({ row }) => row?.confidence ?? null,
  reasons: ({ row }) => row?.reasons ?? [],
  unavailable: async ({ row }, _args, { loaders }) => {
    if (row) return row.unavailable ?? null;
    return (await loaders.servedVersion.load('products.elasticity')) ? unseen : notServed;
  },
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, { loaders }) =>
    row ? loaders.version.load(row.versionId) : loaders.servedVersion.load('products.elasticity'),
};
