import type { ForecastResolvers } from '../generated/resolvers.ts';
import { loadServedForecast } from '../loaders/forecast.ts';

const notServed = {
  code: 'MODEL_NOT_SERVED' as const,
  en: 'No forecast is served: it has not been fitted yet, or does not beat its baseline.',
  ru: 'Прогноз не используется: модель ещё не обучена или не превзошла базовую.',
};
const tooShort = {
  code: 'NOT_ENOUGH_DATA' as const,
  en: 'This figure has too few days to be forecast.',
  ru: 'По этому показателю слишком мало дней для прогноза.',
};

export const Forecast: ForecastResolvers = {
  confidence: ({ points }) => points[0]?.confidence ?? null,
  unavailable: async ({ points }, _args, { db }) => {
    if (points.length > 0) return null;
    return (await loadServedForecast(db)) === null ? notServed : tooShort;
  },
  asOf: ({ points }) => points[0]?.asOf ?? null,
  model: async ({ points }, _args, { db, loaders }) => {
    const id = points[0]?.versionId ?? (await loadServedForecast(db));
    return id === null ? null : loaders.version.load(id);
  },
};
