import { assignVariant, fnv1a32, type Split } from '@cda/platform/experiments/assignment.ts';
import type { ExperimentState } from '@cda/platform/experiments/experiment.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import type { Context } from '../context.ts';
import { rulesInForce } from '../merchandising/in-force.ts';
import { draft } from './draft.ts';
import type { RankedItem, RankedList } from './list.ts';
import { type ListRequest, personalList } from './personal.ts';
import { isPlaced, ruledList } from './ruled-list.ts';

const splitOf = ({ experiment_id, audience_share, variants }: ExperimentState): Split => ({
  key: experiment_id,
  audienceShare: audience_share,
  variants,
});

/**
 * The list that a customer is served: that of their variant where an experiment decides about the placement, the usual one else.
 *
 * A person goes on with the variant that any of their keys was shown first; who was shown none falls to one by chance, by the
 * key that they are known by. Whoever gets what sells best because nothing personal is known, or no model is served, takes no
 * part: all variants would show them the same. One statement more, once for all lists of a request.
 */
export async function servedList(customerKey: string, request: ListRequest, context: Context): Promise<RankedList> {
  const { experiments } = await context.state();
  const experiment = experiments.find(({ placement }) => placement === request.placement);
  if (!experiment) return personalList(customerKey, request, context);
  const { person, variant: met } = await context.loaders.membership.load(
    [experiment.experiment_id, experiment.started_at, customerKey].join('\n'),
  );
  const known = experiment.variants.some(({ key }) => key === met) ? met : null;
  const variant = known ?? assignVariant(splitOf(experiment), person);
  if (variant === null) return personalList(customerKey, request, context);
  const listOf = (key: string): Promise<RankedList> => {
    const { pipeline, diversity } = experiment.variants.find((one) => one.key === key)!;
    return personalList(
      customerKey,
      { ...request, pipeline: pipeline ?? 'HYBRID', diversity: Math.max(diversity, request.diversity ?? 0) },
      context,
    );
  };
  if (experiment.kind === 'INTERLEAVING') return interleaved(experiment, person, listOf, request, context);
  const list = await listOf(variant);
  return list.unavailable ? list : { ...list, experiment: { key: experiment.experiment_id, variant } };
}

/**
 * Both lists drafted into one. The coins are the same all day for one person, so that a list goes on where a page of it ended. Rules are
 * applied once more, since two lists that keep a limit may break it together; what a rule puts in its place is nobody's pick.
 */
async function interleaved(
  experiment: ExperimentState,
  person: string,
  listOf: (variant: string) => Promise<RankedList>,
  request: ListRequest,
  context: Context,
): Promise<RankedList> {
  const [a, b, { range, rules }, { asOf, today }] = await Promise.all([
    listOf(experiment.variants[0]!.key),
    listOf(experiment.variants[1]!.key),
    context.state(),
    context.shop(),
  ]);
  if (a.unavailable || b.unavailable) return a.unavailable ? a : b;
  const coins = createRandom(fnv1a32([experiment.experiment_id, person, today].join('\n')));
  const drafted = draft(a.items, b.items, coins).flatMap((item) => {
    const offer = range.offers.get(item.productId);
    return offer ? [{ ...item, offer }] : [];
  });
  const ruled = ruledList(drafted, rulesInForce(request.rules ?? rules, request.placement, asOf));
  const placed = new Set(ruled.rules.filter(isPlaced).map(({ productId }) => productId));
  // What was left out of both lists came into neither draft.
  const leftOut = a.rules.filter(
    ({ ruleId, productId, effect }) =>
      effect === 'EXCLUDED' && b.rules.some((other) => other.ruleId === ruleId && other.productId === productId),
  );
  const sideOf = new Map(drafted.map(({ productId, side }) => [productId, side]));
  return {
    items: ruled.items.map(({ productId, score, reasons }): RankedItem => {
      const side = placed.has(productId) ? undefined : sideOf.get(productId);
      return { productId, score, reasons, ...(side ? { side } : {}) };
    }),
    rules: [...ruled.rules, ...leftOut],
    pipeline: 'INTERLEAVED',
    asOf,
    model: a.model ?? b.model,
    experiment: { key: experiment.experiment_id, variant: null, sides: experiment.variants.map(({ key }) => key) },
  };
}
