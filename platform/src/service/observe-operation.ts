import type { ExecutionResult } from 'graphql';
import type { Log } from '../telemetry/log.ts';
import { inSpan } from '../telemetry/tracing.ts';

/** Fetches that take a subgraph this long are named in its log. */
const slowMs = 500;

/**
 * Runs one operation of a subgraph within a span below the one that the gateway's headers name, and says in the log what was slow,
 * by the name of the client's operation that the query plan has kept.
 */
export function observeOperation(
  subgraph: string,
  log: Log,
  request: { operationName?: string | undefined; headers: Readonly<Record<string, string | undefined>> },
  work: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const { operationName, headers } = request;
  const requestId = headers['x-request-id'];
  return inSpan({ name: `subgraph ${subgraph}`, kind: 'server', headers }, async (span) => {
    span?.set({ 'graphql.operation.name': operationName ?? '', 'cda.request_id': requestId ?? '' });
    const started = performance.now();
    const result = await work();
    const ms = Math.round(performance.now() - started);
    if (result.errors) span?.fail('the answer holds errors');
    if (ms >= slowMs) log.warn({ requestId, operation: operationName, ms }, 'a slow fetch');
    return result;
  });
}
