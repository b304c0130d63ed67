import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { migratePlatform } from '@cda/platform/database/migrate.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents } from '@cda/platform/events/accept.ts';
import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import { type TrainingOutcome, trainModel } from '@cda/platform/models/train.ts';
import { startSubgraph } from '@cda/platform/service/subgraph.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { createDemoShop, type DemoShopTruth } from '@cda/standalone/demo-shop/index.ts';
import { currency, timeZone } from '@cda/standalone/demo-shop/world.ts';
import { openInstallation, prepareInstallationFolder, removeInstallation } from '@cda/standalone/installation.ts';
import { type DocumentNode, type ExecutionResult, parse } from 'graphql';
import type { Pool } from 'pg';
import { recommendations } from '../../subgraphs/recommendations/src/index.ts';

/** The recommendations subgraph over the log of a demo shop, in a database of its own that is gone afterwards. */
export interface BenchShop extends AsyncDisposable {
  /** Login of the subgraph's own role. */
  databaseUrl: string;
  /** Pool of it. */
  db: Pool;
  truth: DemoShopTruth;
  /** Runs an operation in this process, as an admin. */
  execute(document: DocumentNode, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** As `execute`, of a text; throws where it answers with errors. */
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Fits the recommendations in a thread of their own. */
  train(): Promise<TrainingOutcome>;
}

const secret = 'a-secret-of-the-bench-that-is-long-enough-0123456789';

/** Makes the shop, folds its whole log in and does not follow it. */
export async function openBenchShop(scale: number, seed = 42): Promise<BenchShop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cda-bench-'));
  await prepareInstallationFolder(dataDir);
  await using opening = new AsyncDisposableStack();
  opening.defer(async () => {
    await removeInstallation({ dataDir });
    await rm(dataDir, { recursive: true, force: true });
  });
  const { adminUrl } = opening.use(await openInstallation({ dataDir }));
  await migratePlatform(adminUrl, secret);
  const pool = (role: 'cda_analytics' | 'cda_recommendations'): Pool =>
    opening.adopt(createPool(roleUrl(adminUrl, secret, role), { name: 'bench', statementTimeoutMs: 0 }), (open) =>
      open.end(),
    );
  const subgraph = opening.use(
    await startSubgraph(recommendations, {
      databaseUrl: roleUrl(adminUrl, secret, 'cda_recommendations'),
      internalSecret: secret,
      log: silentLog,
      follow: false,
    }),
  );
  const writer = pool('cda_analytics');
  await writer.query("UPDATE events.shop SET currency = $1, time_zone = $2, clock = 'latest_event'", [
    currency,
    timeZone,
  ]);
  const demo = createDemoShop({ seed, scale, until: new Date('2026-11-20T10:00:00Z') });
  for (const batch of demo.events())
    await acceptEvents(writer, batch, { source: 'bench', currency, mayChangeCatalogue: true });
  await subgraph.projector.catchUp();

  const db = pool('cda_recommendations');
  const sign = createIdentitySigner(secret);
  const scopes = ['analytics:read', 'customers:read', 'merchandising:write', 'models:train'];
  const execute: BenchShop['execute'] = async (document, variables) =>
    subgraph.execute({
      document,
      headers: { [identityHeader]: await sign({ subject: 'operator:ADMIN', scopes, locale: 'EN' }) },
      ...(variables ? { variables } : {}),
    });
  const open = opening.move();
  return {
    databaseUrl: roleUrl(adminUrl, secret, 'cda_recommendations'),
    db,
    truth: demo.truth,
    execute,
    ask: async <T>(query: string, variables?: Record<string, unknown>) => {
      const { data, errors } = await execute(parse(query), variables);
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
      return data as T;
    },
    train: async () => {
      await using estimators = createEstimatorPool(1);
      return trainModel({
        subgraph: 'recommendations',
        model: recommendations.models[0]!,
        db,
        estimators,
        log: silentLog,
      });
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
