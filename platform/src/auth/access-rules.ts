import type { ConstDirectiveNode, GraphQLField, GraphQLObjectType } from 'graphql';

/** What a caller needs: to be known, and one of the lists of scopes in full. */
export interface AccessRule {
  /** Alternatives; each is a set of scopes that must all be there. Empty: being known is enough. */
  anyOf: readonly (readonly string[])[];
}

function scopeLists(directive: ConstDirectiveNode): string[][] {
  const value = directive.arguments?.find((argument) => argument.name.value === 'scopes')?.value;
  const lists = value?.kind === 'ListValue' ? value.values : [];
  return lists.map((list) =>
    (list.kind === 'ListValue' ? list.values : [list]).flatMap((scope) =>
      scope.kind === 'StringValue' ? [scope.value] : [],
    ),
  );
}

function rulesOf(directives: readonly ConstDirectiveNode[] | undefined): AccessRule[] {
  return (directives ?? []).flatMap((directive) => {
    if (directive.name.value === 'requiresScopes') return [{ anyOf: scopeLists(directive) }];
    if (directive.name.value === 'authenticated') return [{ anyOf: [] }];
    return [];
  });
}

/**
 * The rules that hold for a field as the SDL declares them: its own, and those of the type that it stands on, so that a type
 * is guarded whichever way it is reached (a root field, another object, `node`, `_entities`).
 */
export function accessRulesOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): AccessRule[] {
  return [type.astNode, ...type.extensionASTNodes, field.astNode].flatMap((node) => rulesOf(node?.directives));
}

/** Whether a set of scopes meets a rule. */
export const meets = (rule: AccessRule, scopes: readonly string[]): boolean =>
  rule.anyOf.length === 0 || rule.anyOf.some((all) => all.every((scope) => scopes.includes(scope)));
