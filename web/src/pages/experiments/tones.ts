import type { Tone } from '../../components/Badge.tsx';
import type { ExperimentDecisionCode, ExperimentStatus } from '../../generated/graphql.ts';

export const statusTone: Readonly<Record<ExperimentStatus, Tone>> = {
  DRAFT: 'plain',
  RUNNING: 'accent',
  STOPPED: 'plain',
  ARCHIVED: 'plain',
};

export const decisionTone: Readonly<Record<ExperimentDecisionCode, Tone>> = {
  NOT_ENOUGH_DATA: 'plain',
  KEEP_RUNNING: 'plain',
  WINNER: 'good',
  KEEP_CONTROL: 'plain',
  NO_WORTHWHILE_DIFFERENCE: 'plain',
  GUARD_HARMED: 'bad',
  INVALID: 'bad',
};
