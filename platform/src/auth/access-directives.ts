import { defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { forbidden, unauthenticated } from './access-errors.ts';
import { accessRulesOf, meets } from './access-rules.ts';
import type { InternalIdentity } from './internal-identity.ts';

/**
 * Puts the SDL's `@authenticated` and `@requiresScopes` into force in a subgraph: a field whose rules the caller does not meet
 * fails with FORBIDDEN (or UNAUTHENTICATED for a caller who is not known) before its resolver runs. Root fields, `_entities` and
 * `_service` need a known caller whatever the SDL says. The schema given is changed and returned; do this last.
 *
 * `identityOf` finds the verified identity in the request's context. `onPersonalRead` is told of each read of a field that needs
 * the scope for personal data, once it is allowed.
 */
export function enforceAccess<Context>(
  schema: GraphQLSchema,
  identityOf: (context: Context) => InternalIdentity | null | undefined,
  onPersonalRead?: (context: Context, field: string) => void,
): GraphQLSchema {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const rules = accessRulesOf(type, field);
      if (rules.length === 0 && !roots.has(type)) continue;
      const name = `${type.name}.${field.name}`;
      const personal = rules.some((rule) => rule.anyOf.flat().includes('personal:read'));
      const resolve = field.resolve ?? defaultFieldResolver;
      const subscribe = field.subscribe;
      const check = (context: unknown): void => {
        const identity = identityOf(context as Context);
        if (!identity) throw unauthenticated();
        const unmet = rules.find((rule) => !meets(rule, identity.scopes));
        if (unmet) throw forbidden(`${name} needs ${describe(unmet.anyOf)}.`);
        if (personal) onPersonalRead?.(context as Context, name);
      };
      field.resolve = (source, args, context, info) => {
        check(context);
        return resolve(source, args, context, info);
      };
      if (subscribe) {
        field.subscribe = (source, args, context, info) => {
          check(context);
          return subscribe(source, args, context, info);
        };
      }
    }
  }
  return schema;
}

const describe = (anyOf: readonly (readonly string[])[]): string =>
  anyOf.map((all) => `the ${all.length > 1 ? 'scopes' : 'scope'} ${all.join(' and ')}`).join(', or ');
