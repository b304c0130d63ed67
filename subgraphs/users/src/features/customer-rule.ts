import type { NumberCondition, TextCondition } from '@cda/platform/graph/filter-sql.ts';

type Given<T> = T | null | undefined;

/** Conditions on a customer; all that are given must hold. The graph's `CustomerRuleInput`. */
export interface CustomerRule {
  all?: Given<readonly CustomerRule[]>;
  any?: Given<readonly CustomerRule[]>;
  not?: Given<CustomerRule>;
  country?: Given<TextCondition>;
  city?: Given<TextCondition>;
  segmentKey?: Given<TextCondition>;
  recencyDays?: Given<NumberCondition>;
  tenureDays?: Given<NumberCondition>;
  orderCount?: Given<NumberCondition>;
  revenueMinor?: Given<NumberCondition>;
  churnProbability?: Given<NumberCondition>;
  lifetimeValueMinor?: Given<NumberCondition>;
  orders?: Given<{ withinDays: number; count?: Given<NumberCondition>; revenueMinor?: Given<NumberCondition> }>;
  visits?: Given<{ withinDays: number; days: NumberCondition }>;
  bought?: Given<{ products: readonly string[]; withinDays?: Given<number> }>;
}

/** What is wrong with a rule, and where. */
export interface RuleFault {
  path: string;
  message: string;
}

const limits = { depth: 8, conditions: 50, days: 3650, products: 100, texts: 100 };

/** Looks a rule over before anything is asked of the database; undefined where it can be used. */
export function findRuleFault(rule: CustomerRule): RuleFault | undefined {
  let conditions = 0;
  const visit = (at: CustomerRule, path: string, depth: number): RuleFault | undefined => {
    if (depth > limits.depth) return { path, message: `Rules can be nested ${limits.depth} levels deep.` };
    const given = Object.entries(at).filter(([, value]) => value !== null && value !== undefined);
    if (given.length === 0) return { path, message: 'This rule has no condition: give one, or leave the rule out.' };
    conditions += given.length;
    if (conditions > limits.conditions) return { path, message: `A rule can hold ${limits.conditions} conditions.` };
    for (const name of ['all', 'any'] as const) {
      const parts = at[name];
      if (!parts) continue;
      if (parts.length === 0) return { path: `${path}.${name}`, message: `${name} needs at least one rule.` };
      for (const [i, part] of parts.entries()) {
        const fault = visit(part, `${path}.${name}.${i}`, depth + 1);
        if (fault) return fault;
      }
    }
    for (const [name, withinDays] of [
      ['orders', at.orders?.withinDays],
      ['visits', at.visits?.withinDays],
      ['bought', at.bought?.withinDays],
    ] as const) {
      if (withinDays !== null && withinDays !== undefined && !(withinDays >= 1 && withinDays <= limits.days)) {
        return { path: `${path}.${name}.withinDays`, message: `withinDays takes a number from 1 to ${limits.days}.` };
      }
    }
    if (at.orders && !at.orders.count && !at.orders.revenueMinor) {
      return { path: `${path}.orders`, message: 'orders needs a condition on count or revenueMinor.' };
    }
    const products = at.bought?.products.length ?? 1;
    if (products < 1 || products > limits.products) {
      return { path: `${path}.bought.products`, message: `products takes 1 to ${limits.products} ids.` };
    }
    for (const name of ['country', 'city', 'segmentKey'] as const) {
      if ((at[name]?.oneOf?.length ?? 0) > limits.texts) {
        return { path: `${path}.${name}.oneOf`, message: `oneOf takes at most ${limits.texts} values.` };
      }
    }
    return at.not ? visit(at.not, `${path}.not`, depth + 1) : undefined;
  };
  return visit(rule, 'rule', 1);
}
