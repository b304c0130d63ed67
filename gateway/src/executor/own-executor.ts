import type { GraphQLDataSource } from '@apollo/gateway';
import { BoundedMap } from '@cda/platform/bounded-map.ts';
import { counter } from '@cda/platform/telemetry/metrics.ts';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, Kind, parse, visit } from 'graphql';
import type { GatewayContext } from '../graph/context.ts';
import type { CheckedDocument } from '../graph/documents.ts';
import type { EngineResult } from '../graph/engine.ts';
import type { PreparedOperation } from '../graph/operations.ts';
import { type LivePlan, prepareLivePlan, type SubscriptionNode } from './live-plan.ts';
import { createResultShape, type ResultShape } from './result-shape.ts';
import { type PlanNode, preparePlan, type RunPlan } from './run-plan.ts';

/**
 * Runs the plans that Apollo's planner makes, without Apollo's executor: a plan is prepared once for each operation, and so is the
 * shape of its answer, where stock walks the federation schema for each value of each answer.
 *
 * It learns a plan when stock has made one, so the first request of an operation goes through stock. What it does not know
 * (introspection, rewrites, response names that begin with two underscores) stays with stock for good.
 */
export interface OwnExecutor {
  /** Takes over what stock planned. */
  learn(
    checked: CheckedDocument,
    operationName: string | undefined,
    plan: PlanNode | SubscriptionNode | undefined,
  ): void;
  /** The plan of a subscription that was learnt; null where it is one that can't be run here. */
  livePlan(checked: CheckedDocument, operationName: string | undefined): LivePlan | null | undefined;
  /** Forgets all plans. */
  clear(): void;
  /** Answers, where the operation is one that was learnt. */
  run(
    operation: PreparedOperation,
    variables: Record<string, unknown>,
    operationName: string | undefined,
    context: GatewayContext,
  ): Promise<EngineResult> | undefined;
}

interface Learnt {
  run: RunPlan;
  shape: ResultShape;
}

interface Options {
  apiSchema: GraphQLSchema;
  supergraphSdl: string;
  sources: Readonly<Record<string, GraphQLDataSource<GatewayContext>>>;
}

const plans = counter(
  'cda_plan_cache_total',
  'Query plans that were remembered, made anew, or left to the stock executor',
  ['outcome'],
);

export function createOwnExecutor({ apiSchema, supergraphSdl, sources }: Options): OwnExecutor {
  const supergraph = buildASTSchema(parse(supergraphSdl, { noLocation: true }), {
    assumeValid: true,
    assumeValidSDL: true,
  });
  const learnt = new BoundedMap<string, Learnt | 'stock'>(1_000);
  const live = new BoundedMap<string, LivePlan | null>(500);
  const keyOf = (hash: string, operationName: string | undefined): string => `${hash}:${operationName ?? ''}`;

  return {
    clear: () => {
      learnt.clear();
      live.clear();
    },
    livePlan: (checked, operationName) => live.get(keyOf(checked.hash, operationName)),
    learn(checked, operationName, plan) {
      const key = keyOf(checked.hash, operationName);
      if (learnt.get(key)) return;
      const operation = checked.operations.find(
        ({ name }) => operationName === undefined || name?.value === operationName,
      );
      if (plan?.kind === 'Subscription') {
        const { fragments } = checked;
        const known = operation && isPlain(checked.document);
        const prepared = known
          ? prepareLivePlan({ node: plan, operation, fragments, apiSchema, supergraph, sources })
          : undefined;
        live.set(key, prepared ?? null);
        return;
      }
      const run = operation && isPlain(checked.document) ? preparePlan(plan, supergraph, sources) : undefined;
      learnt.set(
        key,
        run && operation ? { run, shape: createResultShape(apiSchema, operation, checked.fragments) } : 'stock',
      );
    },
    run({ checked, coerced }, variables, operationName, context) {
      const known = learnt.get(keyOf(checked.hash, operationName));
      plans.inc({ outcome: known === undefined ? 'miss' : known === 'stock' ? 'stock' : 'hit' });
      return known && known !== 'stock' ? answer(known, { variables, coerced, context }) : undefined;
    },
  };
}

async function answer({ run, shape }: Learnt, given: Parameters<RunPlan>[0]): Promise<EngineResult> {
  const { data, errors } = await run(given);
  let shaped: EngineResult['data'];
  try {
    shaped = shape.toAnswer(data, given.coerced);
  } catch (error) {
    // A subgraph that sends a list for an object has broken its own schema: stock says so in place of an answer, too.
    return { errors: [...errors, { message: String(error) }] };
  }
  return errors.length > 0 ? { data: shaped, errors } : { data: shaped };
}

/** Whether a document has no names that this executor leaves to stock. */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  visit(document, {
    [Kind.FIELD]: (node) => {
      if (
        node.alias?.value.startsWith('__') ||
        (node.name.value.startsWith('__') && node.name.value !== '__typename')
      ) {
        plain = false;
      }
    },
  });
  return plain;
}
