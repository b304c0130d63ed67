import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Gateway, type GatewayConfig, startGateway } from '@cda/gateway';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { type System, startSystem } from '../../standalone/src/system.ts';
import { createTestDatabase, type TestTemplate } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

export const supergraphPath = resolve(import.meta.dirname, '../../schema/supergraph.graphql');

/** Secrets of an installation that shares the test server's roles. */
export async function testSecrets(): Promise<Secrets> {
  const folder = await mkdtemp(join(tmpdir(), 'cda-secrets-'));
  try {
    return await loadSecrets({ dataDir: folder, env: { INTERNAL_SECRET: testSecret } });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export interface OpenGraph extends AsyncDisposable {
  gateway: Gateway;
  system: System;
  secrets: Secrets;
  /** Login that may do everything. */
  adminUrl: string;
  /** Login of the users subgraph. */
  db: Pool;
}

/** The four real subgraphs behind a gateway in this process, over a database of their own. */
export async function openGraph(
  options: { template?: TestTemplate; gateway?: Partial<GatewayConfig>; systemLog?: Log } = {},
): Promise<OpenGraph> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createTestDatabase(options.template ?? emptyShop));
  const secrets = await testSecrets();
  const system = opening.use(
    await startSystem({
      adminUrl: database.url,
      internalSecret: testSecret,
      access: secrets.access,
      log: options.systemLog ?? silentLog,
    }),
  );
  const db = opening.adopt(createPool(system.roleUrl('users'), { name: 'test', max: 2 }), (pool) => pool.end());
  const gateway = opening.use(
    await startGateway({
      port: 0,
      host: '127.0.0.1',
      supergraphPath,
      subgraphs: system.subgraphs,
      secrets,
      production: false,
      log: silentLog,
      drainMs: 0,
      ...options.gateway,
    }),
  );
  const open = opening.move();
  return { gateway, system, secrets, adminUrl: database.url, db, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
