import {
  type ExperimentState,
  experimentKeyPattern,
  experimentState,
  variantKeyPattern,
} from '@cda/platform/experiments/experiment.ts';
import type { ExperimentInput } from '../generated/resolvers.ts';

/** Why something can't be done with an experiment, and what to do instead. */
export interface ExperimentFault {
  code: string;
  path: string;
  message: string;
}

/** What people say of an experiment; where it stands comes from what happened to it. */
type Definition = Omit<
  ExperimentState,
  'revision' | 'status' | 'created_at' | 'started_at' | 'stopped_at' | 'changed_by'
>;

const fault = (path: string, message: string, code = 'INVALID_INPUT'): ExperimentFault => ({ code, path, message });

/** Reads what somebody wants of an experiment; the first thing that is wrong with it where it cannot be kept. */
export function toDefinition(input: ExperimentInput): Definition | ExperimentFault {
  // The SDL's defaults stand here again since generated types do not know of them.
  const { hypothesis = '', audienceShare = 1, minimumEffect = 0.1, windowDays = 14 } = input;
  const { primaryMetric = 'CONVERSION', secondaryMetrics = [], guardMetrics = [] } = input;
  const variants = input.variants.map(({ weight = 1, diversity = 0, ...variant }) => ({
    ...variant,
    weight,
    diversity,
  }));
  const name = input.name.trim();
  if (!experimentKeyPattern.test(input.key)) {
    return fault(
      'experiment.key',
      'A key has 2 to 40 small letters, digits and hyphens, and begins with a letter or digit.',
    );
  }
  if (name.length < 1 || name.length > 100) return fault('experiment.name', 'A name has 1 to 100 characters.');
  if ([name, hypothesis, ...variants.map((variant) => variant.name)].some((text) => !isStorable(text))) {
    return fault('experiment', 'A text holds a character that cannot be kept.');
  }
  if (hypothesis.length > 1_000) return fault('experiment.hypothesis', 'A hypothesis has at most 1,000 characters.');
  const ofLists = input.kind !== 'SHOP';
  const interleaved = input.kind === 'INTERLEAVING';
  const count = variants.length;
  if (interleaved ? count !== 2 : count < 2 || count > 6) {
    return fault(
      'experiment.variants',
      interleaved ? 'Lists of two sides have two variants.' : 'An experiment has 2 to 6 variants.',
    );
  }
  if (ofLists && !input.placement)
    return fault('experiment.placement', 'Say which list the experiment is about: HOME, CART, EMAIL or WIN_BACK.');
  for (const [i, variant] of variants.entries()) {
    const path = `experiment.variants.${i}`;
    if (!variantKeyPattern.test(variant.key)) {
      return fault(`${path}.key`, 'A variant’s key has 1 to 20 small letters, digits and hyphens.');
    }
    if (variants.findIndex(({ key }) => key === variant.key) !== i)
      return fault(`${path}.key`, 'Two variants have the same key.');
    if (variant.name.trim().length < 1 || variant.name.length > 100)
      return fault(`${path}.name`, 'A variant’s name has 1 to 100 characters.');
    if (variant.weight < 1 || variant.weight > 1_000) return fault(`${path}.weight`, 'A weight is from 1 to 1000.');
    if (ofLists && !variant.pipeline)
      return fault(
        `${path}.pipeline`,
        'Say how the lists of this variant are made: HYBRID, COLLABORATIVE, CONTENT or POPULAR.',
      );
    if (!(variant.diversity >= 0 && variant.diversity <= 1))
      return fault(`${path}.diversity`, 'diversity takes a number from 0 to 1.');
  }
  if (ofLists && new Set(variants.map(({ pipeline, diversity }) => `${pipeline} ${diversity}`)).size < count) {
    return fault('experiment.variants', 'Two variants make their lists in the same way: there is nothing to compare.');
  }
  if (!(audienceShare > 0 && audienceShare <= 1))
    return fault('experiment.audienceShare', 'audienceShare is above 0 and at most 1.');
  if (!(minimumEffect > 0 && minimumEffect <= 5))
    return fault('experiment.minimumEffect', 'minimumEffect is above 0 and at most 5.');
  if (windowDays < 1 || windowDays > 90) return fault('experiment.windowDays', 'windowDays is from 1 to 90.');
  const primary = interleaved ? 'CLICKED' : primaryMetric;
  const further = interleaved ? [] : [...secondaryMetrics, ...guardMetrics];
  if (!ofLists && [primary, ...further].includes('CLICKED')) {
    return fault('experiment', 'CLICKED is about lists: an experiment of the shop’s own has none.');
  }
  if (new Set([primary, ...further]).size <= further.length)
    return fault('experiment', 'A metric plays one part: primary, secondary or guard.');
  return {
    experiment_id: input.key,
    kind: input.kind,
    name,
    hypothesis: hypothesis.trim(),
    placement: ofLists ? (input.placement ?? null) : null,
    variants: variants.map((variant) => ({
      key: variant.key,
      name: variant.name.trim(),
      weight: interleaved ? 1 : variant.weight,
      pipeline: ofLists ? (variant.pipeline ?? null) : null,
      diversity: ofLists ? variant.diversity : 0,
    })),
    audience_share: audienceShare,
    primary_metric: primary,
    secondary_metrics: interleaved ? [] : [...secondaryMetrics],
    guard_metrics: interleaved ? [] : [...guardMetrics],
    minimum_effect: minimumEffect,
    window_days: windowDays,
  };
}

/** What would move people between variants, or change after the fact what an experiment is decided by. */
const settled = ['kind', 'placement', 'primary_metric', 'minimum_effect', 'window_days'] as const;

/** The experiment with another definition; why not, where it was started already and its question would become another. */
export function redefine(state: ExperimentState, definition: Definition): ExperimentState | ExperimentFault {
  if (definition.experiment_id !== state.experiment_id)
    return fault('experiment.key', 'The key of an experiment can’t be changed: define another.');
  if (state.status === 'ARCHIVED') return fault('id', 'The experiment is archived: restore it first.', 'WRONG_STATUS');
  if (state.started_at !== null) {
    const changed = settled.find((field) => definition[field] !== state[field]);
    const divided = (of: Pick<Definition, 'variants'>): string =>
      JSON.stringify(of.variants.map(({ key, weight, pipeline, diversity }) => [key, weight, pipeline, diversity]));
    if (changed !== undefined || divided(definition) !== divided(state)) {
      return fault(
        'experiment',
        'The experiment was started: variants, weights, window and what it is decided by stay. Define another one for another question.',
        'WRONG_STATUS',
      );
    }
    if (definition.audience_share < state.audience_share) {
      return fault(
        'experiment.audienceShare',
        'People who take part would be turned out: the audience of a started experiment can only grow.',
        'WRONG_STATUS',
      );
    }
  }
  return { ...state, ...definition };
}

export type ExperimentStep = 'start' | 'stop' | 'archive' | 'restore';

const steps: Record<ExperimentStep, { from: readonly ExperimentState['status'][]; otherwise: string }> = {
  start: { from: ['DRAFT', 'STOPPED'], otherwise: 'Only a defined or stopped experiment can be started.' },
  stop: { from: ['RUNNING'], otherwise: 'Only a running experiment can be stopped.' },
  archive: { from: ['DRAFT', 'STOPPED'], otherwise: 'Stop the experiment before it is archived.' },
  restore: { from: ['ARCHIVED'], otherwise: 'The experiment is not in the archive.' },
};

/** The experiment after a step at a moment of the shop's clock; why not, where it does not stand so that it can be taken. */
export function take(step: ExperimentStep, state: ExperimentState, at: Date): ExperimentState | ExperimentFault {
  const { from, otherwise } = steps[step];
  if (!from.includes(state.status)) return fault('id', otherwise, 'WRONG_STATUS');
  switch (step) {
    case 'start':
      return { ...state, status: 'RUNNING', started_at: state.started_at ?? at.toISOString(), stopped_at: null };
    case 'stop':
      return { ...state, status: 'STOPPED', stopped_at: at.toISOString() };
    case 'archive':
      return { ...state, status: 'ARCHIVED' };
    case 'restore':
      return { ...state, status: state.started_at === null ? 'DRAFT' : 'STOPPED' };
  }
}

/** A definition as the first revision of an experiment. */
export const firstRevision = (definition: Definition, at: Date, by: string): ExperimentState =>
  experimentState.parse({
    ...definition,
    revision: 1,
    status: 'DRAFT',
    created_at: at.toISOString(),
    started_at: null,
    stopped_at: null,
    changed_by: by,
  });

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
