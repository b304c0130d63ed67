import { randomUUID } from 'node:crypto';
import { keyOf, toGlobalId } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { RuleSegmentEntity, type RuleSegmentRow } from '../entities/rule-segment.ts';
import { type CustomerRule, findRuleFault } from '../features/customer-rule.ts';
import type {
  MutationResolvers,
  QueryResolvers,
  RulePreviewResolvers,
  RuleSegmentResolvers,
} from '../generated/resolvers.ts';
import { countCustomers, isUuid, loadCustomerPage } from '../loaders/customer-list.ts';

/** A rule whose customers are asked for. */
export interface RulePreviewParent {
  rule: CustomerRule;
}

export const ruleSegments: QueryResolvers['ruleSegments'] = (_parent, _args, { loaders }) => loaders.ruleSegments();

export const previewRule: QueryResolvers['previewRule'] = (_parent, { rule }) => {
  const fault = findRuleFault(rule);
  if (fault) throw invalidArgument(fault.path, fault.message);
  return { rule };
};

const previewed = 20;

export const RulePreview: RulePreviewResolvers = {
  size: async ({ rule }, _args, { db, shop }) => countCustomers(db, (await shop()).asOf, { rule }),
  customers: async ({ rule }, _args, { db, shop }) => {
    const { edges } = await loadCustomerPage(db, (await shop()).asOf, { rule, first: previewed });
    return edges.map(({ node }) => node);
  },
};

export const saveRuleSegment: MutationResolvers['saveRuleSegment'] = async (_parent, { input }, { em }) => {
  const fault = findRuleFault(input.rule);
  if (fault) {
    return { __typename: 'InvalidInput', code: 'INVALID_RULE', path: `input.${fault.path}`, message: fault.message };
  }
  const name = input.name.trim();
  if (name.length < 1 || name.length > 100) {
    return {
      __typename: 'InvalidInput',
      code: 'INVALID_NAME',
      path: 'input.name',
      message: 'A name has 1 to 100 characters.',
    };
  }
  const fork = em.fork();
  const now = new Date();
  let segment: RuleSegmentRow;
  if (input.id) {
    const id = keyOf('RuleSegment', input.id);
    const known = id !== undefined && isUuid(id) ? await fork.findOne(RuleSegmentEntity, { id }) : null;
    if (!known) {
      return { __typename: 'NotFound', code: 'NOT_FOUND', path: 'input.id', message: 'There is no such segment.' };
    }
    segment = fork.assign(known, { name, rule: input.rule, updatedAt: now });
  } else {
    segment = fork.create(RuleSegmentEntity, {
      id: randomUUID(),
      name,
      rule: input.rule,
      createdAt: now,
      updatedAt: now,
    });
  }
  try {
    await fork.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    return {
      __typename: 'InvalidInput',
      code: 'NAME_TAKEN',
      path: 'input.name',
      message: 'Another segment has this name: choose another.',
    };
  }
  return { __typename: 'SavedRuleSegment', segment };
};

export const deleteRuleSegment: MutationResolvers['deleteRuleSegment'] = async (_parent, { id }, { em }) => {
  const key = keyOf('RuleSegment', id);
  const deleted = key !== undefined && isUuid(key) ? await em.fork().nativeDelete(RuleSegmentEntity, { id: key }) : 0;
  return deleted > 0
    ? { __typename: 'DeletedRuleSegment', id }
    : { __typename: 'NotFound', code: 'NOT_FOUND', path: 'id', message: 'There is no such segment.' };
};

export const RuleSegment: RuleSegmentResolvers = {
  id: ({ id }) => toGlobalId('RuleSegment', id),
  size: (segment, _args, { loaders }) => loaders.ruleSegmentSize.load(segment),
};
