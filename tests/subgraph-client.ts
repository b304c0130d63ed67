import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { scopesOfRole } from '@cda/platform/auth/scopes.ts';
import type { RunningSubgraph } from '@cda/platform/service/subgraph.ts';
import { type ExecutionResult, parse } from 'graphql';
import { testSecret } from './system-template.ts';

const sign = createIdentitySigner(testSecret);

/** Asks a subgraph directly, as the gateway does: with a signed identity that has these scopes. */
export async function askSubgraph(
  subgraph: RunningSubgraph,
  query: string,
  variables: Record<string, unknown> = {},
  scopes: readonly string[] = scopesOfRole('ADMIN'),
): Promise<ExecutionResult> {
  const identity = await sign({ subject: 'account:test', scopes, locale: 'EN' });
  return subgraph.execute({ document: parse(query), variables, headers: { [identityHeader]: identity } });
}
