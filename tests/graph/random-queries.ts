import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

export interface RandomQueryOptions {
  /** Values that mean something, by argument name; others are made by type. */
  values?: Readonly<Record<string, readonly string[]>>;
  depth?: number;
  /** Largest page that is asked for. */
  pageMost?: number;
  /** Fields that are left out, by their names. */
  without?: readonly string[];
}

/** Random valid queries of a schema: aliases, inline and named fragments, abstract types, arguments. The same seed gives the same queries. */
export function createRandomQueries(
  schema: GraphQLSchema,
  seed: number,
  options: RandomQueryOptions = {},
): () => string {
  const random = createRandom(seed);
  const { values = {}, depth = 5, pageMost = 3, without = [] } = options;
  const chance = (probability: number) => random.next() < probability;
  const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)] as Item;
  let fragments: string[] = [];
  let names = 0;

  const literal = (name: string, type: GraphQLInputType): string => {
    if (isNonNullType(type)) return literal(name, type.ofType);
    const sensible = values[name];
    if (sensible && sensible.length > 0 && !isListType(type)) return pick(sensible);
    if (isListType(type)) return `[${literal(name, type.ofType)}]`;
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || chance(0.3));
      return `{${fields.map((field) => `${field.name}: ${literal(field.name, field.type)}`).join(', ')}}`;
    }
    return scalar(type.name, random, name === 'first' ? pageMost : 50);
  };

  const fieldText = (
    field: GraphQLField<unknown, unknown>,
    left: number,
    taken: Map<string, string>,
    renamed: boolean,
  ): string | undefined => {
    const type = getNamedType(field.type);
    if (isCompositeType(type) && left === 0) return undefined;
    const given = field.args
      .filter((argument) => isRequiredArgument(argument) || argument.name === 'first' || chance(0.3))
      .filter((argument) => argument.name !== 'after')
      .map((argument) => `${argument.name}: ${literal(argument.name, argument.type)}`);
    const call = `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
    let key = renamed || chance(0.15) ? `x${++names}` : field.name;
    // Two selections of one name must be the same call; another call gets an alias of its own.
    if (taken.has(key) && taken.get(key) !== call) key = `x${++names}`;
    taken.set(key, call);
    const selection = isCompositeType(type) ? ` ${selectionSet(type, left - 1, new Map())}` : '';
    return `${key === field.name ? '' : `${key}: `}${call}${selection}`;
  };

  const selectionSet = (type: GraphQLNamedType, left: number, taken: Map<string, string>, renamed = false): string => {
    const parts: string[] = [];
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => !without.includes(field.name));
      const count = 1 + random.integer(Math.min(5, fields.length));
      const chosen = new Set(Array.from({ length: count }, () => pick(fields)));
      for (const field of chosen) {
        const text = fieldText(field, left, taken, renamed);
        if (text) parts.push(text);
      }
    }
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type)) {
        // Fields of one name may differ in type from one possible type to the next, so each gets an alias.
        if (chance(0.5)) parts.push(`... on ${possible.name} ${selectionSet(possible, left, new Map(), true)}`);
      }
    } else if (left > 0 && chance(0.15)) {
      const name = `F${++names}`;
      fragments.push(`fragment ${name} on ${type.name} { k${names}: __typename }`);
      parts.push(`...${name}`);
    }
    if (parts.length === 0 || chance(0.2)) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  };

  return () => {
    fragments = [];
    names = 0;
    const query = schema.getQueryType();
    if (!query) throw new Error('A schema without queries.');
    const roots = Object.values(query.getFields()).filter((field) => !without.includes(field.name));
    const parts: string[] = [];
    const taken = new Map<string, string>();
    for (let i = 0, count = 1 + random.integer(3); i < count; i++) {
      const text = fieldText(pick(roots), depth, taken, false);
      if (text) parts.push(parts.length > 0 ? text.replace(/^(\w+: )?/, `r${i}: `) : text);
    }
    return `{ ${parts.join(' ')} } ${fragments.join(' ')}`.trim();
  };
}

function scalar(name: string, random: Random, most: number): string {
  switch (name) {
    case 'Int':
    case 'SafeInt':
      return String(1 + random.integer(most));
    case 'Float':
      return (random.next() * 10).toFixed(2);
    case 'Boolean':
      return random.next() < 0.5 ? 'true' : 'false';
    case 'DateTime':
      return '"2026-01-31T12:00:00Z"';
    case 'Date':
      return '"2026-01-31"';
    case 'JSON':
      return '{}';
    default:
      return '"x"';
  }
}
