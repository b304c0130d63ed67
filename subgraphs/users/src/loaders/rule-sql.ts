import type { NumberCondition, SqlConditions, TextCondition } from '@cda/platform/graph/filter-sql.ts';
import type { CustomerRule } from '../features/customer-rule.ts';

/**
 * A rule as SQL over `users.customer c`: the joins that it needs, and a condition that is true or false, never unknown. Windows are
 * summed once for all customers and joined, so that a rule costs the same for one customer as for all.
 */
export class RuleSql {
  readonly #conditions: SqlConditions;
  readonly #asOf: Date;
  #placeholder: string | undefined;
  readonly #joins = new Map<string, string>();

  /** Values go to `conditions`, which numbers them. */
  constructor(conditions: SqlConditions, asOf: Date) {
    this.#conditions = conditions;
    this.#asOf = asOf;
  }

  /** Joins of the conditions so far. */
  joins(): string {
    return [...this.#joins.values()].join(' ');
  }

  condition(rule: CustomerRule): string {
    const parts: string[] = [];
    if (rule.all) parts.push(...rule.all.map((part) => this.condition(part)));
    if (rule.any) parts.push(`(${rule.any.map((part) => this.condition(part)).join(' OR ')})`);
    if (rule.not) parts.push(`NOT ${this.condition(rule.not)}`);
    parts.push(
      ...this.#text('c.country', rule.country),
      ...this.#text('c.city', rule.city),
      ...(rule.recencyDays ? this.#number(this.#daysSince('c.last_order_at'), rule.recencyDays) : []),
      ...(rule.tenureDays ? this.#number(this.#daysSince('c.first_order_at'), rule.tenureDays) : []),
      ...this.#number('c.order_count', rule.orderCount),
      ...this.#number('c.revenue_minor', rule.revenueMinor),
    );
    if (rule.segmentKey) {
      this.#joins.set(
        'segment',
        `LEFT JOIN (SELECT m.customer_key, s.key FROM users.customer_segment m JOIN users.segment s ON s.id = m.segment_id) rule_segment
           ON rule_segment.customer_key = c.customer_key`,
      );
      parts.push(...this.#text('rule_segment.key', rule.segmentKey));
    }
    if (rule.churnProbability) {
      this.#joins.set('churn', 'LEFT JOIN users.churn_score rule_churn ON rule_churn.customer_key = c.customer_key');
      parts.push(...this.#number('rule_churn.probability', rule.churnProbability));
    }
    if (rule.lifetimeValueMinor) {
      this.#joins.set('value', 'LEFT JOIN users.lifetime_value rule_value ON rule_value.customer_key = c.customer_key');
      parts.push(...this.#number('rule_value.value_minor', rule.lifetimeValueMinor));
    }
    if (rule.orders) {
      const window = this.#window(
        'users.person_order',
        'count(*) AS orders, sum(revenue_minor) AS revenue_minor',
        `total_minor > 0 AND ${this.#since('occurred_at', rule.orders.withinDays)}`,
      );
      parts.push(
        ...this.#number(`coalesce(${window}.orders, 0)`, rule.orders.count),
        ...this.#number(`coalesce(${window}.revenue_minor, 0)`, rule.orders.revenueMinor),
      );
    }
    if (rule.visits) {
      const window = this.#window(
        'users.person_day',
        'count(*) AS days',
        `day > (${this.#moment} AT TIME ZONE 'UTC')::date - ${this.#conditions.value(rule.visits.withinDays)}::integer`,
      );
      parts.push(...this.#number(`coalesce(${window}.days, 0)`, rule.visits.days));
    }
    if (rule.bought) {
      const { products, withinDays } = rule.bought;
      const recent = withinDays ? ` AND ${this.#since('occurred_at', withinDays)}` : '';
      const window = this.#window(
        'users.person_order',
        'count(*) AS orders',
        `products && ${this.#conditions.value(products)}::text[]${recent}`,
      );
      parts.push(`${window}.orders IS NOT NULL`);
    }
    return parts.length === 0 ? 'true' : `coalesce((${parts.join(' AND ')}), false)`;
  }

  /** The shop's clock; a value that no condition uses would be one too many for PostgreSQL. */
  get #moment(): string {
    this.#placeholder ??= `${this.#conditions.value(this.#asOf)}::timestamptz`;
    return this.#placeholder;
  }

  #daysSince(column: string): string {
    return `floor(extract(epoch FROM ${this.#moment} - ${column}) / 86400)`;
  }

  #since(column: string, days: number): string {
    return `${column} > ${this.#moment} - make_interval(days => ${this.#conditions.value(days)}::integer)`;
  }

  /** Joins sums over a view by customer, and names them. */
  #window(view: string, sums: string, where: string): string {
    const name = `rule_window_${this.#joins.size}`;
    this.#joins.set(
      name,
      `LEFT JOIN (SELECT customer_key, ${sums} FROM ${view} WHERE ${where} GROUP BY customer_key) ${name}
         ON ${name}.customer_key = c.customer_key`,
    );
    return name;
  }

  #text(column: string, condition: TextCondition | null | undefined): string[] {
    if (!condition) return [];
    const { eq, oneOf, startsWith } = condition;
    const parts: string[] = [];
    if (eq !== null && eq !== undefined) parts.push(`${column} = ${this.#conditions.value(eq)}`);
    if (oneOf) parts.push(`${column} = ANY (${this.#conditions.value(oneOf)}::text[])`);
    if (startsWith !== null && startsWith !== undefined)
      parts.push(`starts_with(${column}, ${this.#conditions.value(startsWith)})`);
    return parts.length > 0 ? parts : [`${column} IS NOT NULL`];
  }

  #number(column: string, condition: NumberCondition | null | undefined): string[] {
    if (!condition) return [];
    const parts: string[] = [];
    for (const [operator, bound] of [
      ['=', condition.eq],
      ['>=', condition.range?.gte],
      ['<=', condition.range?.lte],
    ] as const) {
      if (bound !== null && bound !== undefined) {
        parts.push(`(${column})::double precision ${operator} ${this.#conditions.value(bound)}::double precision`);
      }
    }
    return parts.length > 0 ? parts : [`${column} IS NOT NULL`];
  }
}
