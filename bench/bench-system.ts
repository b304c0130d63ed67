import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets, type Secrets } from '@cda/platform/auth/secrets.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { openInstallation, prepareInstallationFolder, removeInstallation } from '@cda/standalone/installation.ts';
import { type System, startSystem } from '@cda/standalone/system.ts';

/** A whole system over a database of its own in a temporary folder, gone afterwards. */
export interface BenchSystem extends AsyncDisposable {
  adminUrl: string;
  dataDir: string;
  secrets: Secrets;
  system: System;
}

/** Starts a system with the settings of the product (durable commits included). */
export async function startBenchSystem({ follow = true } = {}): Promise<BenchSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cda-bench-'));
  await prepareInstallationFolder(dataDir);
  await using opening = new AsyncDisposableStack();
  opening.defer(async () => {
    await removeInstallation({ dataDir });
    await rm(dataDir, { recursive: true, force: true });
  });
  const secrets = await loadSecrets({ dataDir, env: {} });
  const { adminUrl } = opening.use(await openInstallation({ dataDir }));
  const system = opening.use(
    await startSystem({
      adminUrl,
      internalSecret: secrets.internalSecret,
      access: secrets.access,
      follow,
      log: silentLog,
    }),
  );
  const open = opening.move();
  return { adminUrl, dataDir, secrets, system, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
