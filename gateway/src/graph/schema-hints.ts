import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';

/** How long an answer that holds a field may be kept, and with whom. */
export interface CacheHint {
  maxAgeSeconds: number;
  shared: boolean;
}

/** What the SDL says of the length of a list. */
export interface ListSize {
  assumedSize: number | undefined;
  /** Arguments that say how long it is. */
  slicingArguments: readonly string[];
  /** Lists below it that the size is meant for; itself where there are none. */
  sizedFields: readonly string[];
}

/** What the SDL says of a field besides its type: `@cacheControl`, `@cost`, `@listSize`, and whether it is personal. */
export interface FieldHints {
  cache?: CacheHint;
  /** In place of the usual cost of a field of this type. */
  cost?: number;
  listSize?: ListSize;
  /** Every read of it has to be seen by the subgraph, which writes the audit log. */
  personal?: boolean;
}

/** Hints of the supergraph by `Type.field` and by `Type`; the schema that clients see does not hold them. */
export interface SchemaHints {
  ofField(type: string, field: string): FieldHints;
  ofType(type: string): FieldHints;
}

const none: FieldHints = Object.freeze({});

/**
 * Reads the hints of a supergraph. Of an interface's or union's fields the strictest counts that any of its types has, since one of
 * them will answer.
 */
export function readSchemaHints(supergraph: DocumentNode, schema: GraphQLSchema): SchemaHints {
  const hints = new Map<string, FieldHints>();
  for (const node of supergraph.definitions) {
    if (
      node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      node.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      node.kind !== Kind.UNION_TYPE_DEFINITION &&
      node.kind !== Kind.SCALAR_TYPE_DEFINITION &&
      node.kind !== Kind.ENUM_TYPE_DEFINITION
    ) {
      continue;
    }
    const ofType = hintsOf(node.directives);
    hints.set(node.name.value, ofType);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) {
      const own = hintsOf(field.directives);
      hints.set(`${node.name.value}.${field.name.value}`, ofType.personal ? { ...own, personal: true } : own);
    }
  }
  const strictest = new Map<string, FieldHints>();
  const ofAbstractField = (type: string, field: string): FieldHints => {
    const key = `${type}.${field}`;
    let found = strictest.get(key);
    if (!found) {
      const abstract = schema.getType(type);
      const types = isAbstractType(abstract) ? schema.getPossibleTypes(abstract) : [];
      found = [hints.get(key) ?? none, ...types.map(({ name }) => hints.get(`${name}.${field}`) ?? none)].reduce(
        stricter,
      );
      strictest.set(key, found);
    }
    return found;
  };
  return {
    ofField: (type, field) =>
      isAbstractType(schema.getType(type)) ? ofAbstractField(type, field) : (hints.get(`${type}.${field}`) ?? none),
    ofType: (type) => hints.get(type) ?? none,
  };
}

function stricter(a: FieldHints, b: FieldHints): FieldHints {
  const cache =
    a.cache && b.cache
      ? {
          maxAgeSeconds: Math.min(a.cache.maxAgeSeconds, b.cache.maxAgeSeconds),
          shared: a.cache.shared && b.cache.shared,
        }
      : (a.cache ?? b.cache);
  const costs = [a.cost, b.cost].filter((cost) => cost !== undefined);
  const listSize = a.listSize ?? b.listSize;
  return {
    ...(cache ? { cache } : {}),
    ...(costs.length > 0 ? { cost: Math.max(...costs) } : {}),
    ...(listSize ? { listSize } : {}),
    ...(a.personal || b.personal ? { personal: true } : {}),
  };
}

function hintsOf(directives: readonly ConstDirectiveNode[] | undefined): FieldHints {
  const hints: FieldHints = {};
  for (const directive of directives ?? []) {
    const argument = (name: string): unknown => {
      const value = directive.arguments?.find((node) => node.name.value === name)?.value as ConstValueNode | undefined;
      return value && valueFromASTUntyped(value);
    };
    switch (directive.name.value) {
      case 'cacheControl':
        hints.cache = { maxAgeSeconds: Number(argument('maxAge') ?? 0), shared: argument('scope') === 'PUBLIC' };
        break;
      case 'cost':
        hints.cost = Number(argument('weight'));
        break;
      case 'listSize':
        hints.listSize = {
          assumedSize: argument('assumedSize') as number | undefined,
          slicingArguments: (argument('slicingArguments') as string[] | undefined) ?? [],
          sizedFields: (argument('sizedFields') as string[] | undefined) ?? [],
        };
        break;
      case 'requiresScopes':
        hints.personal ||= JSON.stringify(argument('scopes')).includes('"personal:read"');
        break;
    }
  }
  return hints;
}
