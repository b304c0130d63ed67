import { randomUUID } from 'node:crypto';
import { keyOf } from '@cda/platform/graph/global-id.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { removeRule, storeRule } from '../loaders/rules.ts';
import { type InvalidRule, parseRule } from '../merchandising/parse-rule.ts';
import { toPage } from '../serving/list.ts';
import { personalList } from '../serving/personal.ts';
import { ruleId } from './MerchandisingRule.ts';

/** Rules that a shop may keep: each is looked at for every product of every list. */
const maximumRules = 200;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const noRule = {
  __typename: 'NotFound' as const,
  code: 'NOT_FOUND',
  path: 'id',
  message: 'There is no such rule: it may have been deleted. merchandisingRules lists what there is.',
};
const invalid = ({ path, message }: InvalidRule) => ({
  __typename: 'InvalidInput' as const,
  code: 'INVALID_INPUT',
  path,
  message,
});
const keyOfRule = (id: string): string | undefined => {
  const key = keyOf('MerchandisingRule', id);
  return key !== undefined && uuid.test(key) ? key : undefined;
};

export const merchandisingRules: QueryResolvers['merchandisingRules'] = (_root, _args, { loaders }) =>
  loaders.rules.load('all');

export const previewMerchandisingRule: QueryResolvers['previewMerchandisingRule'] = async (_root, args, context) => {
  const customer = keyOf('Customer', args.customer);
  if (customer === undefined) {
    return {
      ...noRule,
      path: 'customer',
      message: 'This is no id of a customer: take it from the id field of Customer.',
    };
  }
  const replaced = args.id ? keyOfRule(args.id) : undefined;
  if (args.id && replaced === undefined) return noRule;
  const rule = parseRule(args.rule, replaced ?? randomUUID());
  if ('message' in rule) return invalid(rule);
  const saved = await context.loaders.rules.load('all');
  const { placement, first } = args;
  // Tried as if its time had come.
  const tried = [...saved.filter(({ id }) => id !== rule.id), { ...rule, enabled: true, startsAt: null, endsAt: null }];
  tried.sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const [before, after] = await Promise.all([
    personalList(customer, { placement }, context),
    personalList(customer, { placement, rules: tried }, context),
  ]);
  return {
    __typename: 'MerchandisingPreview',
    before: toPage(before, placement, { first }),
    after: toPage(after, placement, { first }),
  };
};

export const saveMerchandisingRule: MutationResolvers['saveMerchandisingRule'] = async (
  _root,
  { id, rule },
  context,
) => {
  const key = id ? keyOfRule(id) : randomUUID();
  if (key === undefined) return noRule;
  const parsed = parseRule(rule, key);
  if ('message' in parsed) return invalid(parsed);
  if (!id && (await context.loaders.rules.load('all')).length >= maximumRules) {
    return invalid({
      path: 'rule',
      message: `A shop keeps at most ${maximumRules} rules: delete one that is not needed.`,
    });
  }
  const stored = await storeRule(context.db, parsed, !id, context.identity.subject);
  context.loaders.rules.clearAll();
  return stored ? { __typename: 'MerchandisingRuleSaved', rule: stored } : noRule;
};

export const deleteMerchandisingRule: MutationResolvers['deleteMerchandisingRule'] = async (_root, { id }, context) => {
  const key = keyOfRule(id);
  if (key === undefined || !(await removeRule(context.db, key))) return noRule;
  context.loaders.rules.clearAll();
  return { __typename: 'MerchandisingRuleDeleted', id: ruleId(key) };
};
