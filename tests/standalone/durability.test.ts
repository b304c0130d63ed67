import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { loadSecrets } from '@cda/platform/auth/secrets.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openInstallation } from '../../standalone/src/installation.ts';
import { removePostgres } from '../../standalone/src/postgres/start-postgres.ts';
import { subgraphDefinitions } from '../../standalone/src/subgraphs.ts';
import { startSystem } from '../../standalone/src/system.ts';
import { databasePid, isReady, type Program, runProgram } from './program.ts';

/** How often the system or its database is killed; a longer run by hand: CDA_KILLS=100, which takes six to ten minutes. */
const kills = Number(process.env['CDA_KILLS'] ?? 4);
vi.setConfig({ testTimeout: 240_000 + kills * 10_000, hookTimeout: 60_000 });
const random = createRandom(11);

let dataDir: string;
let program: Program | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cda-durability-'));
  await chmod(dataDir, 0o755);
});

afterEach(async () => {
  if (program && program.process.exitCode === null) await program.stop('SIGKILL');
  await removePostgres(join(dataDir, 'postgres')).catch(() => undefined);
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<string> {
  program = runProgram('standalone/src/main.ts', ['--json', '--port', '0', '--data-dir', dataDir, '--no-demo']);
  return (await program.until(isReady)).url as string;
}

/** A sender that keeps what was not acknowledged and sends it again: 20 events a request, four requests at a time. */
class Sender {
  readonly acknowledged = new Set<string>();
  readonly #waiting: string[] = [];
  #made = 0;
  #stopped = false;
  refused: unknown[] = [];

  async run(address: () => string, token: string): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => this.#loop(address, token)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #loop(address: () => string, token: string): Promise<void> {
    while (!this.#stopped || this.#waiting.length > 0) {
      const ids = this.#waiting.splice(0, 20);
      while (!this.#stopped && ids.length < 20) ids.push(`m${this.#made++}`);
      try {
        const response = await fetch(`${address()}/v1/batch`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ batch: ids.map(toMessage) }),
          signal: AbortSignal.timeout(5_000),
        });
        const answer = (await response.json()) as { accepted: number; duplicates: number };
        if (response.status === 200 && answer.accepted + answer.duplicates === ids.length) {
          for (const id of ids) this.acknowledged.add(id);
          continue;
        }
        if (response.status !== 503) {
          // Sending it again would be refused again.
          this.refused.push(answer);
          continue;
        }
      } catch {
        // No answer: whether it was stored is not known, so it is sent again.
      }
      this.#waiting.push(...ids);
      await sleep(50);
    }
  }
}

function toMessage(messageId: string): Record<string, unknown> {
  const n = Number(messageId.slice(1));
  const product = { product_id: `p${n % 31}`, name: `Product ${n % 31}`, price: 1 + (n % 9) };
  return {
    type: 'track',
    event: n % 3 === 0 ? 'Order Completed' : 'Product Viewed',
    messageId,
    userId: `u${n % 53}`,
    // Always of the past, however many there are.
    timestamp: new Date(Date.UTC(2024, 0, 1) + (n % 200_000) * 60_000).toISOString(),
    properties: n % 3 === 0 ? { order_id: messageId, products: [{ ...product, quantity: 1 + (n % 2) }] } : product,
  };
}

/** Every table that projections write, as text, row order aside. */
async function projectionTables(pool: Pool): Promise<Record<string, string[]>> {
  const tables = Object.values(subgraphDefinitions).flatMap(({ projections }) =>
    projections.flatMap((projection) => projection.tables),
  );
  const dump: Record<string, string[]> = {};
  for (const table of new Set(tables)) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    dump[table] = rows.map(({ row }) => row);
  }
  return dump;
}

describe('under load', () => {
  test(`killing the system and its database ${kills} times loses no acknowledged event, doubles none, and leaves projections equal to a replay`, async () => {
    let url = await start();
    const secrets = await loadSecrets({ dataDir, env: {} });
    const { token } = await issueAccessToken(secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' }, 3_600);
    const sender = new Sender();
    const sending = sender.run(() => url, token);
    for (let kill = 0; kill < kills; kill++) {
      await sleep(400 + random.integer(1_200));
      if (kill % 2 === 0) {
        await program?.stop('SIGKILL');
        url = await start();
      } else {
        const server = databasePid(dataDir);
        if (server !== undefined) process.kill(server, 'SIGKILL');
      }
    }
    await sleep(1_000);
    sender.stop();
    await sending;
    expect(sender.refused).toEqual([]);
    expect(sender.acknowledged.size).toBeGreaterThan(1_000);
    expect(await program?.stop()).toBe(0);

    await using installation = await openInstallation({ dataDir });
    const pool = createPool(installation.adminUrl, { name: 'test', statementTimeoutMs: 0 });
    const system = await startSystem({
      adminUrl: installation.adminUrl,
      internalSecret: secrets.internalSecret,
      log: silentLog,
    });
    try {
      const { rows } = await pool.query<{ message_id: string }>('SELECT message_id FROM events.log');
      const stored = rows.map((row) => row.message_id);
      expect(new Set(stored).size).toBe(stored.length);
      const kept = new Set(stored);
      expect([...sender.acknowledged].filter((id) => !kept.has(id))).toEqual([]);

      await system.catchUp();
      const before = await projectionTables(pool);
      for (const subgraph of Object.values(system.subgraphs)) await subgraph.projector.replay();
      expect(await projectionTables(pool)).toEqual(before);
    } finally {
      await system[Symbol.asyncDispose]();
      await pool.end();
    }
  });
});
