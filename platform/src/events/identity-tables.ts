import type { MigrationObject } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import type { SubgraphName } from '../graph/type-defs.ts';

/** Most anonymous ids that belong to one user. */
export const mostAnonymousIds = 5;

/** Tables of `withIdentity`, in the subgraph's own schema. The last two hold rows within a transaction only. */
export const identityTables = (schema: SubgraphName): readonly string[] =>
  ['identity', 'identity_anonymous', 'identity_device', 'identity_merge', 'identity_touched', 'identity_changed'].map(
    (table) => `${schema}.${table}`,
  );

/**
 * The tables that tell which keys are one customer. Keys have the collation of all other tables' keys, so that they can be
 * joined; whatever is ordered is ordered by bytes.
 */
export const identityTablesSql = (schema: SubgraphName): string => `
-- Keys that stand for a customer of another key, with that key. Whoever is not here stands for himself.
CREATE TABLE ${schema}.identity (
  customer_key text PRIMARY KEY,
  canonical_key text NOT NULL
);
CREATE INDEX identity_by_canonical ON ${schema}.identity (canonical_key);
-- Each anonymous id with the one user that it was seen with; null once it was seen with two.
CREATE TABLE ${schema}.identity_anonymous (
  anonymous_key text PRIMARY KEY,
  user_key text
);
-- The first ${mostAnonymousIds} anonymous ids of each user, with the time and the message that they were first seen with him.
CREATE TABLE ${schema}.identity_device (
  user_key text NOT NULL,
  anonymous_key text NOT NULL,
  first_seen text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_key, anonymous_key)
);
-- What people said about customers that are one.
CREATE TABLE ${schema}.identity_merge (
  merge_id text PRIMARY KEY,
  from_key text NOT NULL,
  into_key text NOT NULL,
  undone boolean NOT NULL
);
CREATE INDEX identity_merge_by_from ON ${schema}.identity_merge (from_key);
CREATE INDEX identity_merge_by_into ON ${schema}.identity_merge (into_key);
-- Keys whose edges changed, and customers who gained or lost a key; both empty outside of a transaction.
CREATE TABLE ${schema}.identity_touched (customer_key text PRIMARY KEY);
CREATE TABLE ${schema}.identity_changed (customer_key text PRIMARY KEY);
`;

/** `identityTablesSql` as a migration of a subgraph that keeps customers. */
export const identityMigration = (schema: SubgraphName): MigrationObject => ({
  name: '020-identity',
  class: class extends Migration {
    override up(): void {
      this.addSql(identityTablesSql(schema));
    }
  },
});
