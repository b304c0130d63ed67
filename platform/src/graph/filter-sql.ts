import { invalidArgument } from './graph-error.ts';

type Given<T> = T | null | undefined;

/** Condition on a text, as the graph's `TextFilter`. */
export interface TextCondition {
  eq?: Given<string>;
  oneOf?: Given<readonly string[]>;
  startsWith?: Given<string>;
}

/** Condition on a number, as the graph's `NumberFilter`. */
export interface NumberCondition {
  eq?: Given<number>;
  range?: Given<{ gte?: Given<number>; lte?: Given<number> }>;
}

/** Conditions joined by AND, with their values as numbered parameters. Column names are the caller's own text. */
export class SqlConditions {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds a value and gives its placeholder. Throws an argument error for text that PostgreSQL cannot hold. */
  value(value: unknown): string {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one.includes('\u0000')) {
        throw invalidArgument('where', 'A text must not hold the character U+0000.');
      }
    }
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(condition: string): void {
    this.#conditions.push(condition);
  }

  text(column: string, condition: Given<TextCondition>, argument: string): void {
    if (!condition) return;
    const { eq, oneOf, startsWith } = condition;
    if (eq !== null && eq !== undefined) this.add(`${column} = ${this.value(eq)}`);
    if (oneOf) {
      if (oneOf.length > 100) throw invalidArgument(argument, `${argument}.oneOf takes at most 100 values.`);
      this.add(`${column} = ANY (${this.value(oneOf)}::text[])`);
    }
    if (startsWith !== null && startsWith !== undefined) this.add(`starts_with(${column}, ${this.value(startsWith)})`);
  }

  /** `column` may be made when a bound is there: what it adds as a parameter must be used, or PostgreSQL refuses the statement. */
  number(column: string | (() => string), condition: Given<NumberCondition>): void {
    if (!condition) return;
    const bounds = [
      ['=', condition.eq],
      ['>=', condition.range?.gte],
      ['<=', condition.range?.lte],
    ] as const;
    for (const [operator, bound] of bounds) {
      if (bound === null || bound === undefined) continue;
      const expression = typeof column === 'string' ? column : column();
      this.add(`${expression} ${operator} ${this.value(bound)}::double precision`);
    }
  }

  /** `WHERE …`, or nothing. */
  toSql(): string {
    return this.#conditions.length === 0 ? '' : `WHERE ${this.#conditions.join(' AND ')}`;
  }
}

/** Text for LIKE in which nothing is a wildcard. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (found) => `\\${found}`);
