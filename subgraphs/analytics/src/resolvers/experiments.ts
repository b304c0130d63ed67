import { isBlockedIdentity } from '@cda/platform/events/blocked-identity.ts';
import { assignVariant } from '@cda/platform/experiments/assignment.ts';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { Context } from '../context.ts';
import { appendRevision, untilProjected } from '../experiments/append-revision.ts';
import {
  type ExperimentFault,
  type ExperimentStep,
  firstRevision,
  redefine,
  take,
  toDefinition,
} from '../experiments/define.ts';
import { toPlan } from '../experiments/plan.ts';
import type { MutationResolvers, QueryResolvers, ResolversTypes } from '../generated/resolvers.ts';
import { loadBaseline } from '../loaders/experiment-results.ts';
import {
  canonicalKey,
  type ExperimentRow,
  firstVariant,
  latestRevision,
  listExperiments,
} from '../loaders/experiments.ts';

type Result = Awaited<ResolversTypes['ChangeExperimentResult']>;

export const experiments: QueryResolvers['experiments'] = (_root, { status }, { db }) =>
  listExperiments(db, status ?? null);

export const experiment: QueryResolvers['experiment'] = (_root, { id }, { loaders }) => {
  const key = keyOf('Experiment', id);
  return key === undefined ? null : loaders.experiment.load(key);
};

export const experimentPlan: QueryResolvers['experimentPlan'] = async (_root, args, { db, shop }) => {
  const within = (name: keyof typeof args, value: number, low: number, high: number, words: string): void => {
    if (!(value >= low && value <= high)) throw invalidArgument(name, `${name} takes ${words}.`);
  };
  within('minimumEffect', args.minimumEffect, 0.001, 5, 'a number from 0.001 to 5');
  within('variants', args.variants, 2, 6, 'a number from 2 to 6');
  within('audienceShare', args.audienceShare, 0.001, 1, 'a number from 0.001 to 1');
  within('windowDays', args.windowDays, 1, 90, 'a number from 1 to 90');
  within('power', args.power, 0.5, 0.99, 'a number from 0.5 to 0.99');
  const { asOf, today } = await shop();
  const share = args.baselineShare ?? null;
  if (share !== null) within('baselineShare', share, 0.0001, 0.9999, 'a share above 0 and below 1');
  // Of clicks the past says nothing: people who come are counted, and the share is what somebody expects.
  const past = await loadBaseline(db, args.metric === 'CLICKED' ? 'CONVERSION' : args.metric, today, args.windowDays);
  const baseline =
    share !== null
      ? { ...past, mean: share, variance: share * (1 - share) }
      : args.metric === 'CLICKED'
        ? { ...past, mean: 0, variance: 0 }
        : past;
  return { ...toPlan(args, baseline), asOf };
};

export const experimentAssignment: QueryResolvers['experimentAssignment'] = async (
  _root,
  { experiment: key, userId, anonymousId },
  { db, loaders },
) => {
  const unit =
    userId && !isBlockedIdentity(userId)
      ? `u:${userId}`
      : anonymousId && !isBlockedIdentity(anonymousId)
        ? `a:${anonymousId}`
        : undefined;
  if (unit === undefined || unit.length > 202 || unit.includes('\0') || key.includes('\0'))
    throw invalidArgument('userId', 'Give the id of the customer or of the device, as events carry it.');
  const state = await loaders.experiment.load(key);
  if (state?.status !== 'RUNNING' || state.kind === 'INTERLEAVING') return { experiment: key, variant: null };
  const person = await canonicalKey(db, unit);
  const variant =
    (await firstVariant(db, state, person)) ??
    assignVariant({ key, audienceShare: state.audience_share, variants: state.variants }, person);
  return { experiment: key, variant };
};

export const saveExperiment: MutationResolvers['saveExperiment'] = async (
  _root,
  { id, experiment: input },
  context,
) => {
  const definition = toDefinition(input);
  if ('message' in definition) return invalid(definition);
  const by = context.identity.subject;
  const { asOf } = await context.shop();
  if (!id) {
    const known = await latestRevision(context.db, definition.experiment_id);
    if (known) return keyTaken;
    return write(context, firstRevision(definition, asOf, by), keyTaken);
  }
  const state = await current(context, id);
  if (!state) return notFound;
  const changed = redefine(state, definition);
  return 'message' in changed ? invalid(changed) : write(context, next(changed, by), conflict, true);
};

const step =
  (name: ExperimentStep) =>
  async (_root: unknown, { id }: { id: string }, context: Context): Promise<Result> => {
    const state = await current(context, id);
    if (!state) return notFound;
    const { asOf } = await context.shop();
    const changed = take(name, state, asOf);
    if ('message' in changed) return invalid(changed);
    if (name === 'start' && state.placement !== null) {
      const running = await listExperiments(context.db, 'RUNNING');
      const other = running.find(
        ({ experiment_id, placement }) => placement === state.placement && experiment_id !== state.experiment_id,
      );
      if (other) {
        return invalid({
          code: 'PLACEMENT_TAKEN',
          path: 'id',
          message: `The experiment “${other.name}” decides about this list: stop it first.`,
        });
      }
    }
    return write(context, next(changed, context.identity.subject), conflict);
  };

export const startExperiment: MutationResolvers['startExperiment'] = step('start');
export const stopExperiment: MutationResolvers['stopExperiment'] = step('stop');
export const archiveExperiment: MutationResolvers['archiveExperiment'] = step('archive');
export const restoreExperiment: MutationResolvers['restoreExperiment'] = step('restore');

const next = (state: ExperimentRow, by: string): ExperimentRow => ({
  ...state,
  revision: state.revision + 1,
  changed_by: by,
});

async function current({ db }: Context, id: string): Promise<ExperimentRow | null> {
  const key = keyOf('Experiment', id);
  return key === undefined ? null : latestRevision(db, key);
}

async function write(
  { db, shop, loaders }: Context,
  state: ExperimentRow,
  otherwise: Result,
  isRedefined = false,
): Promise<Result> {
  const { asOf } = await shop();
  if (!(await appendRevision(db, state, asOf, isRedefined))) return otherwise;
  await untilProjected(db, state);
  loaders.experiment.clearAll();
  return { __typename: 'ExperimentChanged', experiment: state };
}

const invalid = ({ code, path, message }: ExperimentFault): Result => ({
  __typename: 'InvalidInput',
  code,
  path,
  message,
});
const keyTaken = invalid({
  code: 'KEY_TAKEN',
  path: 'experiment.key',
  message: 'There is or was an experiment of this key: choose another.',
});
const conflict = invalid({
  code: 'CONFLICT',
  path: 'id',
  message: 'Somebody else changed this experiment at the same moment: look at it again, then repeat.',
});
const notFound: Result = {
  __typename: 'NotFound',
  code: 'NOT_FOUND',
  path: 'id',
  message: 'There is no such experiment: experiments lists what there is.',
};
