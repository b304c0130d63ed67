import { pageSize } from '@cda/platform/graph/connection.ts';
import { textIn } from '@cda/platform/graph/values.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { ModelResolvers } from '../generated/resolvers.ts';

const missing = {
  NEVER_TRAINED: {
    en: 'It has not been fitted yet. Fit it with the trainModel mutation or npm run train.',
    ru: 'Модель ещё не обучена. Обучите её мутацией trainModel или командой npm run train.',
  },
  BELOW_BASELINE: {
    en: 'No version beats its baseline on the hold-out, so none is served.',
    ru: 'Ни одна версия не превзошла базовую на отложенной выборке, поэтому модель не используется.',
  },
};

export const Model: ModelResolvers = {
  title: ({ name }, args, context) => textIn(modelTitles[name] ?? { en: name, ru: name }, args, context),
  status: async ({ name }, _args, { loaders }) => {
    const versions = await loaders.versionsOfModel.load(name);
    if (versions.some((version) => version.status === 'SERVED')) return 'SERVED';
    if (versions.length > 0) return 'BELOW_BASELINE';
    const run = await loaders.latestRun.load(name);
    return run?.status === 'NOT_ENOUGH_DATA' ? 'NOT_ENOUGH_DATA' : 'NEVER_TRAINED';
  },
  served: async ({ name }, _args, { loaders }) => {
    const versions = await loaders.versionsOfModel.load(name);
    return versions.find((version) => version.status === 'SERVED') ?? null;
  },
  versions: async ({ name }, { first }, { loaders }) =>
    (await loaders.versionsOfModel.load(name)).slice(0, pageSize(first, 10)),
  latestRun: ({ name }, _args, { loaders }) => loaders.latestRun.load(name),
  unavailable: async ({ name }, _args, { loaders }) => {
    const versions = await loaders.versionsOfModel.load(name);
    if (versions.some((version) => version.status === 'SERVED')) return null;
    if (versions.length > 0) return { code: 'MODEL_NOT_SERVED', ...missing.BELOW_BASELINE };
    const run = await loaders.latestRun.load(name);
    return run?.status === 'NOT_ENOUGH_DATA' && run.message
      ? { code: 'NOT_ENOUGH_DATA', ...run.message }
      : { code: 'MODEL_NOT_SERVED', ...missing.NEVER_TRAINED };
  },
};
