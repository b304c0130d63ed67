import { resumeErasures } from '@cda/platform/events/erase.ts';
import { defineSubgraph } from '@cda/platform/service/subgraph-definition.ts';
import { type AccountSecrets, toAccountSecrets } from './accounts/account-secrets.ts';
import type { Context } from './context.ts';
import { accountEntities } from './entities/accounts.ts';
import { customerEntities } from './entities/customers.ts';
import { createLoaders } from './loaders/index.ts';
import { migrations } from './migrations/index.ts';
import { models } from './models/index.ts';
import { projections } from './projections/index.ts';
import { resolvers } from './resolvers/index.ts';

export { type OperatorKeys, openOperatorKeys } from './accounts/operator.ts';
export { demoAdmin, type SeedAccount, seedAdmin } from './accounts/seed-admin.ts';
export { erasePeople } from './identity/erase-people.ts';

/** The users subgraph. */
export const users = defineSubgraph<Context, AccountSecrets>({
  name: 'users',
  resolvers,
  entities: [...accountEntities, ...customerEntities],
  migrations,
  projections,
  models,
  start: async (runtime) => {
    // What a killed process left half-done goes on beside the start; what fails is tried again at the next.
    resumeErasures(runtime.db).catch((error: Error) => runtime.log.error({ error: error.message }, 'an erasure waits'));
    return toAccountSecrets(runtime);
  },
  createContext: (request, accountSecrets) => ({ ...request, accountSecrets, loaders: createLoaders(request) }),
});
