import { fromGlobalId, keyOf } from '@cda/platform/graph/global-id.ts';
import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import type { CustomerRule } from '../features/customer-rule.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { loadChurnOverview } from '../loaders/churn-overview.ts';
import { isUuid, loadCustomerPage } from '../loaders/customer-list.ts';
import { loadSegmentFlow } from '../loaders/histories.ts';
import { loadAllSegments } from '../loaders/segments.ts';
import { loadUnusualCustomers } from '../loaders/unusual-customers.ts';

export const node: QueryResolvers['node'] = async (_parent, { id }, { loaders }) => {
  const named = fromGlobalId(id);
  switch (named?.type) {
    case 'Customer': {
      const row = await loaders.customer.load(named.key);
      return row && { __typename: 'Customer', ...row };
    }
    case 'Segment': {
      const row = isUuid(named.key) ? await loaders.segment.load(named.key) : null;
      return row && { __typename: 'Segment', ...row };
    }
    case 'ModelVersion': {
      const row = isUuid(named.key) ? await loaders.version.load(named.key) : null;
      return row && { __typename: 'ModelVersion', ...row };
    }
    // Of other subgraphs: whether it exists is for its owner to say.
    case 'Product':
    case 'Category':
    case 'Anomaly':
      return { __typename: named.type, id };
    default:
      return null;
  }
};

export const customer: QueryResolvers['customer'] = async (_parent, { id, externalId }, { loaders }) => {
  if ((id ?? externalId ?? '') === '' || (id && externalId)) {
    throw invalidArgument('id', 'Give either id or externalId.');
  }
  if (externalId) {
    // An account goes before a visitor whose anonymous id happens to read the same.
    const [known, visitor] = await Promise.all([
      loaders.customer.load(`u:${externalId}`),
      loaders.customer.load(`a:${externalId}`),
    ]);
    return known ?? visitor;
  }
  const key = keyOf('Customer', id!);
  return key === undefined ? null : loaders.customer.load(key);
};

const maximumById = 50;

export const customersById: QueryResolvers['customersById'] = (_parent, { ids }, { loaders }) => {
  if (ids.length < 1 || ids.length > maximumById) throw invalidArgument('ids', `ids takes 1 to ${maximumById} ids.`);
  return Promise.all(
    ids.map((id) => {
      const key = keyOf('Customer', id);
      return key === undefined ? null : loaders.customer.load(key);
    }),
  );
};

export const customers: QueryResolvers['customers'] = async (_parent, args, { db, shop, loaders }) => {
  const { asOf } = await shop();
  const id = args.where?.ruleSegment;
  if (id === null || id === undefined) return loadCustomerPage(db, asOf, args);
  const key = keyOf('RuleSegment', id);
  const segment = (await loaders.ruleSegments()).find((one) => one.id === key);
  if (!segment) throw invalidArgument('where.ruleSegment', 'where.ruleSegment takes the id of a segment by rule.');
  return loadCustomerPage(db, asOf, { ...args, rule: segment.rule as CustomerRule });
};

export const segments: QueryResolvers['segments'] = (_parent, _args, { em }) => loadAllSegments(em);

export const segment: QueryResolvers['segment'] = (_parent, { id }, { loaders }) => {
  const key = keyOf('Segment', id);
  return key !== undefined && isUuid(key) ? loaders.segment.load(key) : null;
};

export const segmentFlow: QueryResolvers['segmentFlow'] = (_parent, _args, { db }) => loadSegmentFlow(db);

export const unusualCustomers: QueryResolvers['unusualCustomers'] = (_parent, { first }, { db }) =>
  loadUnusualCustomers(db, first);

export const churnOverview: QueryResolvers['churnOverview'] = (_parent, _args, { db }) => loadChurnOverview(db);
