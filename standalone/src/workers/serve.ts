/**
 * One of several processes that serve an installation whose first process keeps the database, the projections, the fits and the bot:
 * `npm start -- --workers N` starts them.
 */
import '../no-telemetry.ts';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { createPool } from '@cda/platform/database/pool.ts';
import { createLog } from '@cda/platform/telemetry/log.ts';
import { explain } from '../explain.ts';
import { systemHealth } from '../health.ts';
import { installationSecrets } from '../installation.ts';
import { readOidcSettings } from '../oidc-settings.ts';
import { readOperationPolicy } from '../operation-policy.ts';
import { toResponseCache } from '../response-cache.ts';
import { readSiteSettings } from '../site-settings.ts';
import { listenForStop } from '../stop-requests.ts';
import { startSystem } from '../system.ts';
import type { ServingOrder } from './serving-order.ts';
import { siblingsOfThisWorker, workerVariable } from './siblings.ts';

const root = resolve(import.meta.dirname, '../../..');

process.exitCode = await main(JSON.parse(process.env['CDA_SERVE'] ?? '{}') as ServingOrder);
process.exit();

async function main(order: ServingOrder): Promise<number> {
  const stop = listenForStop('A worker stopped at once.');
  try {
    await using opening = new AsyncDisposableStack();
    const log = createLog({
      service: `cda-worker-${process.env[workerVariable]}`,
      folder: order.logFolder,
      level: order.logLevel,
    });
    opening.defer(() => new Promise<void>((done) => log.flush(() => done())));
    const secrets = await installationSecrets(order.dataDir, order.production);
    const system = opening.use(
      await startSystem({
        adminUrl: order.adminUrl,
        internalSecret: secrets.internalSecret,
        access: secrets.access,
        log,
        serveOnly: true,
      }),
    );
    const registry = opening.adopt(createPool(system.roleUrl('analytics'), { name: 'health', max: 1 }), (pool) =>
      pool.end(),
    );
    const siblings = siblingsOfThisWorker();
    const webRoot = join(root, 'web/dist');
    const operations = await readOperationPolicy(process.env);
    const oidc = readOidcSettings(process.env);
    const site = readSiteSettings(process.env);
    const gateway = opening.use(
      await startGateway({
        port: order.port,
        host: order.host,
        supergraphPath: join(root, 'schema/supergraph.graphql'),
        subgraphs: system.subgraphs,
        secrets,
        ...(existsSync(webRoot) ? { webRoot } : {}),
        production: order.production,
        ...(operations ? { operations } : {}),
        ...(oidc ? { oidc } : {}),
        ...site,
        log,
        redisUrl: order.redisUrl,
        ...toResponseCache(order.responseCacheMb),
        ...(siblings ? { siblings } : {}),
        health: systemHealth(system, registry),
      }),
    );
    process.send?.({ port: gateway.port });
    await stop.requested;
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 0;
    explain(error, false);
    return 1;
  }
}
