import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import type { RunningSubgraph } from '@cda/platform/service/subgraph.ts';
import { type ExecutionResult, parse } from 'graphql';
import { testSecret } from './system-template.ts';

const sign = createIdentitySigner(testSecret);

/** Asks a subgraph directly, as the gateway does: with a signed identity that has these scopes. */
export async function askSubgraph(
  subgraph: RunningSubgraph,
  query: string,
  variables: Record<string, unknown> = {},
  scopes: readonly string[] = ['analytics:read', 'customers:read', 'personal:read', 'events:write', 'models:train'],
): Promise<ExecutionResult> {
  const identity = await sign({ subject: 'account:test', scopes, locale: 'EN' });
  return subgraph.execute({ document: parse(query), variables, headers: { [identityHeader]: identity } });
}
