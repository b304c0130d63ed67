import { buildSubgraphSchema } from '@apollo/subgraph';
import { enforceAccess } from '@cda/platform/auth/access-directives.ts';
import { unauthenticated } from '@cda/platform/auth/access-errors.ts';
import { createIdentityVerifier, type InternalIdentity, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { scalars } from '@cda/platform/graph/scalars.ts';
import { inLocale, type Locale, type LocalText } from '@cda/platform/text.ts';
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { Transport } from '../graph/data-source.ts';
import { inProcessTransport } from '../graph/in-process-transport.ts';
import type { HealthReport } from './health-report.ts';
import { ownTypeDefs } from './type-defs.ts';

interface Context {
  identity: InternalIdentity;
  health: () => Promise<HealthReport>;
}

const text = ({ words }: { words: LocalText }, { locale }: { locale?: Locale | null }, { identity }: Context): string =>
  inLocale(words, locale ?? identity.locale);

/** The executable schema of what the gateway answers by itself, with access rules in force. */
export const buildOwnSchema = (): GraphQLSchema =>
  enforceAccess<Context>(
    buildSubgraphSchema([
      {
        typeDefs: ownTypeDefs(),
        resolvers: {
          DateTime: scalars.DateTime,
          JSON: scalars.JSON,
          Query: { health: (_parent: unknown, _args: unknown, { health }: Context) => health() },
          Health: { text },
          HealthPart: { text },
        },
      },
    ]),
    (context) => context?.identity,
  );

/**
 * What the gateway answers by itself, reached like a subgraph: planned, limited and guarded the same way. It asks for the same signed
 * identity, so that nothing is let through because it did not cross a wire.
 */
export function createOwnGraph(internalSecret: string, health: () => Promise<HealthReport>): Transport {
  const schema = buildOwnSchema();
  const verify = createIdentityVerifier(internalSecret);
  return inProcessTransport({
    execute: async ({ document, variables, operationName, headers }): Promise<ExecutionResult> => {
      const identity = await verify(headers[identityHeader]);
      if (!identity) return { errors: [unauthenticated()] };
      const contextValue: Context = { identity, health };
      return execute({ schema, document, contextValue, variableValues: variables, operationName });
    },
  });
}
