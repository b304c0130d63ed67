import { toGlobalId } from '@cda/platform/graph/global-id.ts';
import type { MerchandisingRuleResolvers, RuleMatchResolvers } from '../generated/resolvers.ts';

export const ruleId = (id: string): string => toGlobalId('MerchandisingRule', id);

export const MerchandisingRule: MerchandisingRuleResolvers = {
  id: ({ id }) => ruleId(id),
  placements: ({ placements }) => [...placements],
  action: ({ action }) => action.kind,
  slot: ({ action }) => (action.kind === 'PIN' ? action.slot : null),
  factor: ({ action }) => (action.kind === 'BOOST' ? action.factor : null),
  count: ({ action }) => ('count' in action ? action.count : null),
  of: ({ action }) => ('of' in action ? action.of : null),
  perCategory: ({ action }) => (action.kind === 'AT_MOST' ? action.perCategory : null),
};

export const RuleMatch: RuleMatchResolvers = {
  products: ({ productIds }) =>
    productIds?.map((id) => ({ __typename: 'Product', id: toGlobalId('Product', id) })) ?? null,
  priceFromMinor: ({ priceFrom }) => priceFrom ?? null,
  priceToMinor: ({ priceTo }) => priceTo ?? null,
};
