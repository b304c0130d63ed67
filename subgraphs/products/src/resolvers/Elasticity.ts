import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { Context } from '../context.ts';
import type { ElasticityRow } from '../entities/elasticity.ts';
import type { ElasticityResolvers } from '../generated/resolvers.ts';

/** A product's elasticity, or that the served version has none for it. */
export interface ElasticityParent {
  row: ElasticityRow | null;
}

const modelName = 'products.elasticity';
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

/** Why a product has no elasticity; null where it has one. */
export async function whyNoElasticity(
  row: ElasticityRow | null,
  { loaders }: Pick<Context, 'loaders'>,
): Promise<StoredUnavailable | null> {
  if (row) return row.unavailable ?? null;
  return (await loaders.servedVersion.load(modelName)) ? unseen : notServed;
}

/** The version behind a row, or the one that is served where it has none. */
export const versionBehind = (row: ElasticityRow | null, { loaders }: Pick<Context, 'loaders'>) =>
  row ? loaders.version.load(row.versionId) : loaders.servedVersion.load(modelName);

export const Elasticity: ElasticityResolvers = {
  value: ({ row }) => row?.value ?? null,
  low: ({ row }) => row?.low ?? null,
  high: ({ row }) => row?.high ?? null,
  confidence: ({ row }) => row?.confidence ?? null,
  reasons: ({ row }) => row?.reasons ?? [],
  unavailable: ({ row }, _args, context) => whyNoElasticity(row, context),
  asOf: ({ row }) => row?.asOf ?? null,
  model: ({ row }, _args, context) => versionBehind(row, context),
};
