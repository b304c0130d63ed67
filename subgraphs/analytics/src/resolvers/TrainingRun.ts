import { inLocale } from '@cda/platform/text.ts';
import type { TrainingRunResolvers } from '../generated/resolvers.ts';

export const TrainingRun: TrainingRunResolvers = {
  message: ({ message }, _args, { locale }) => (message ? inLocale(message, locale) : null),
  queuedAt: ({ queued_at }) => queued_at,
  startedAt: ({ started_at }) => started_at,
  finishedAt: ({ finished_at }) => finished_at,
};
