import type { GraphQLDataSource } from '@apollo/gateway';
import { accessRulesOf } from '@cda/platform/auth/access-rules.ts';
import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayContext } from '../graph/context.ts';
import type { FetchResult } from '../graph/data-source.ts';
import type { EngineResult } from '../graph/engine.ts';
import { createResultShape } from './result-shape.ts';
import { type PlanNode, type PlanRun, preparePlan } from './run-plan.ts';

/** Apollo's plan of a subscription: the fetch whose stream is followed, and what is fetched besides for each of its events. */
export interface SubscriptionNode {
  kind: 'Subscription';
  primary: {
    serviceName: string;
    operation: string;
    operationName: string | undefined;
    variableUsages?: readonly string[];
    inputRewrites?: readonly unknown[];
    outputRewrites?: readonly unknown[];
  };
  rest?: PlanNode;
}

/** A subscription's plan, prepared once. */
export interface LivePlan {
  /** Subgraph that owns the root field. */
  subgraph: string;
  query: string;
  operationName: string | undefined;
  /** Names of the variables that its subgraph wants. */
  variableUsages: readonly string[];
  /** Whether subgraphs are asked besides for each event. */
  federated: boolean;
  /** Whether it reads fields that need the scope for personal data: each viewer's reading is then written down by itself. */
  personal: boolean;
  /** Completes one event by the rest of the plan and cuts the answer out. */
  complete(result: FetchResult, run: Omit<PlanRun, 'from'>): Promise<EngineResult>;
}

interface Options {
  node: SubscriptionNode;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  apiSchema: GraphQLSchema;
  supergraph: GraphQLSchema;
  sources: Readonly<Record<string, GraphQLDataSource<GatewayContext>>>;
}

/** Undefined where the plan holds something that this executor does not know. */
export function prepareLivePlan(options: Options): LivePlan | undefined {
  const { node, operation, fragments, apiSchema, supergraph, sources } = options;
  const { primary, rest } = node;
  if (primary.inputRewrites || primary.outputRewrites) return undefined;
  const run = preparePlan(rest, supergraph, sources);
  if (!run) return undefined;
  const shape = createResultShape(apiSchema, operation, fragments);
  return {
    subgraph: primary.serviceName,
    query: primary.operation,
    operationName: primary.operationName,
    variableUsages: primary.variableUsages ?? [],
    federated: rest !== undefined,
    personal: readsPersonal(supergraph, operation, fragments),
    async complete(result, given) {
      const { data, errors } = await run({ ...given, from: result });
      let shaped: EngineResult['data'];
      try {
        shaped = result.data === undefined || result.data === null ? null : shape.toAnswer(data, given.coerced);
      } catch (error) {
        return { errors: [...errors, { message: String(error) }] };
      }
      return errors.length > 0 ? { data: shaped, errors } : { data: shaped };
    },
  };
}

/** Whether any field that is asked for, or the type that it stands on, needs the scope for personal data. */
function readsPersonal(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): boolean {
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): boolean =>
    set.selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || seen.has(selection.name.value)) return false;
        seen.add(selection.name.value);
        return walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value;
        return walk(selection.selectionSet, name ? schema.getType(name) : parent);
      }
      const types = isAbstractType(parent)
        ? [...schema.getPossibleTypes(parent)]
        : isObjectType(parent)
          ? [parent]
          : [];
      const field =
        isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[selection.name.value] : undefined;
      const personal = types.some((type) => {
        const own = type.getFields()[selection.name.value];
        return own && accessRulesOf(type, own).some((rule) => rule.anyOf.flat().includes('personal:read'));
      });
      if (personal) return true;
      return selection.selectionSet && field ? walk(selection.selectionSet, getNamedType(field.type)) : false;
    });
  return walk(operation.selectionSet, schema.getSubscriptionType() ?? undefined);
}
