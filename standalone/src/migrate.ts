/**
 * Brings the database of an installation whose parts run apart up to date, and ends: `node standalone/src/migrate.ts`, with
 * DATABASE_URL and the secrets in the environment or in DATA_DIR. Deployments run it before the parts.
 *
 * `--make-secrets` makes DATA_DIR/secrets.json where there is none: for one machine whose parts share that folder.
 * `--sign-in-link ADDRESS` prints a link to that page which signs the administrator in, once.
 */
import './no-telemetry.ts';
import { parseArgs } from 'node:util';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { migrateSubgraph } from '@cda/platform/database/migrate-subgraph.ts';
import { openOrm } from '@cda/platform/database/orm.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { explain } from './explain.ts';
import { issueSignInLink } from './sign-in-link.ts';
import { subgraphDefinitions } from './subgraphs.ts';

try {
  await migrate();
} catch (error) {
  explain(error, false);
  process.exitCode = 1;
}

async function migrate(): Promise<void> {
  const { values } = parseArgs({
    options: { 'make-secrets': { type: 'boolean' }, 'sign-in-link': { type: 'string' } },
  });
  const { DATABASE_URL: adminUrl, DATA_DIR: dataDir, NODE_ENV } = process.env;
  if (!adminUrl) throw new AppError('CONFIG_INVALID', 'DATABASE_URL is not set.', 'Set it in the environment.');
  const { internalSecret } = await loadSecrets({
    ...(dataDir ? { dataDir } : {}),
    production: NODE_ENV === 'production' && !values['make-secrets'],
  });
  await migratePlatform(adminUrl, internalSecret);
  for (const name of subgraphNames) {
    const orm = await openOrm(subgraphDefinitions[name], roleUrl(adminUrl, internalSecret, `cda_${name}`));
    try {
      const done = await migrateSubgraph(subgraphDefinitions[name], orm);
      console.log(`${name}: ${done === 0 ? 'up to date' : `${done} migrations applied`}`);
    } finally {
      await orm.close(true);
    }
  }
  const address = values['sign-in-link'];
  if (address)
    console.log(await issueSignInLink(roleUrl(adminUrl, internalSecret, 'cda_users'), address.replace(/\/$/, '')));
}
