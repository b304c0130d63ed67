import { openOrm } from '@cda/platform/database/orm.ts';
import { accountEntities } from '../entities/accounts.ts';
import { ApiKey, type ApiKeyRow } from '../entities/api-key.ts';
import { type KeyFault, makeApiKey, type NewApiKey, revokeKey } from './api-keys.ts';

/** Keys as an operator handles them on the command line, without the graph. */
export interface OperatorKeys extends AsyncDisposable {
  create(key: NewApiKey): Promise<{ secret: string; key: ApiKeyRow } | KeyFault>;
  /** Newest first. */
  list(): Promise<ApiKeyRow[]>;
  revoke(id: string): Promise<ApiKeyRow | undefined>;
}

/**
 * Opens the keys of an installation whose tables are there.
 *
 * @param databaseUrl login of the users subgraph's own role
 */
export async function openOperatorKeys(databaseUrl: string): Promise<OperatorKeys> {
  const orm = await openOrm({ name: 'users', entities: accountEntities, migrations: [] }, databaseUrl);
  return {
    create: (key) => makeApiKey(orm.em.fork(), key, 'operator:cli'),
    list: () => orm.em.fork().find(ApiKey, {}, { orderBy: { createdAt: 'desc', id: 'asc' } }),
    revoke: (id) => revokeKey(orm.em.fork(), id),
    [Symbol.asyncDispose]: () => orm.close(true),
  };
}
