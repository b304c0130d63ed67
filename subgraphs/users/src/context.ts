import type { RequestContext } from '@cda/platform/graph/context.ts';
import type { AccountSecrets } from './accounts/account-secrets.ts';

/** What the resolvers of this subgraph may use during one request. */
export interface Context extends RequestContext {
  accountSecrets: AccountSecrets;
}
