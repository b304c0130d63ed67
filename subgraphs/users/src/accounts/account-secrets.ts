import { createHmac } from 'node:crypto';
import type { AccessKeys } from '@cda/platform/auth/secrets.ts';
import type { SubgraphRuntime } from '@cda/platform/service/subgraph-definition.ts';

/** What signing in needs to be kept secret. */
export interface AccountSecrets {
  access: AccessKeys | undefined;
  /** Signs refresh tokens. */
  refreshKey: Buffer;
}

/** Derives the key of refresh tokens from the installation's secret, so that no third one has to be kept. */
export const toAccountSecrets = ({
  internalSecret,
  access,
}: Pick<SubgraphRuntime, 'internalSecret' | 'access'>): AccountSecrets => ({
  access,
  refreshKey: createHmac('sha256', internalSecret).update('refresh-tokens').digest(),
});
