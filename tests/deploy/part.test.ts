import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres-fixture.ts';
import { testSecret } from '../system-template.ts';
import { root } from './deploy-files.ts';

let database: TestDatabase;
let secrets: string;
beforeAll(async () => {
  database = await createTestDatabase();
  secrets = mkdtempSync(join(tmpdir(), 'cda-deploy-'));
});
afterAll(async () => {
  rmSync(secrets, { recursive: true, force: true });
  await database[Symbol.asyncDispose]();
});

const environment = (more: Record<string, string> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: '1',
  HOST: '127.0.0.1',
  DRAIN_MS: '0',
  DATABASE_URL: database.url,
  DATA_DIR: secrets,
  // Roles belong to the whole server of the tests, and their passwords derive from this.
  INTERNAL_SECRET: testSecret,
  ...more,
});

const node = (args: string[], more?: Record<string, string>) =>
  spawnSync(process.execPath, args, { cwd: root, env: environment(more), encoding: 'utf8' });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a part as its container would, and waits for its log's "ready". */
async function startPart(name: string, more: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['standalone/src/part.ts', name], {
    cwd: root,
    env: environment(more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('"msg":"ready"')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
  return child;
}

describe('what the containers run', () => {
  test('the migration refuses to make secrets up in production, unless it is told to', () => {
    const refused = node(['standalone/src/migrate.ts'], { INTERNAL_SECRET: '' });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('INTERNAL_SECRET is not set.');
  });

  test('the migration brings an empty database up to date, and again changes nothing', () => {
    const first = node(['standalone/src/migrate.ts', '--make-secrets']);
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^users: /m);
    const second = node(['standalone/src/migrate.ts']);
    expect(second.stdout.trim().split('\n')).toEqual(
      ['users', 'products', 'recommendations', 'analytics'].map((name) => `${name}: up to date`),
    );
  });

  test('the administrator gets a link to the page', () => {
    const { stdout, status } = node(['standalone/src/migrate.ts', '--sign-in-link', 'https://shop.example/']);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^https:\/\/shop\.example\/sign-in\?code=[\w-]{20,}$/);
  });

  test('a part answers the probes and the metrics at its port, and the health check agrees', async () => {
    const port = await freePort();
    const check = () => node(['deploy/healthcheck.mjs'], { PORT: String(port) }).status;
    expect(check()).toBe(1);
    const part = await startPart('users', { PORT: String(port) });
    try {
      for (const path of ['/health/live', '/health/ready', '/metrics']) {
        expect((await fetch(`http://127.0.0.1:${port}${path}`)).status, path).toBe(200);
      }
      expect(check()).toBe(0);
    } finally {
      part.kill('SIGTERM');
      const [code] = await once(part, 'exit');
      expect(code).toBe(0);
    }
    expect(check()).toBe(1);
  });

  test('a part without its settings ends at once with one sentence that names them', () => {
    const { status, stderr } = node(['standalone/src/part.ts', 'gateway']);
    expect(status).toBe(1);
    expect(stderr).toContain('USERS_URL is not set; PRODUCTS_URL is not set');
  });
});
