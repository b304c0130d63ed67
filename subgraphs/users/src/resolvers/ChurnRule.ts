import { textIn } from '@cda/platform/graph/values.ts';
import type { ChurnRuleResolvers } from '../generated/resolvers.ts';

export const ChurnRule: ChurnRuleResolvers = {
  text: (rule, args, context) => textIn(rule, args, context),
};
