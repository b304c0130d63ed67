import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';

const packages = ['@graphql-hive/gateway@2.15.1', '@graphql-hive/router-runtime@1.4.23', 'graphql@16.15.0'];

/**
 * Hive's gateway with its router runtime, of the version that was compared, in a folder for temporary files: half a gigabyte that the
 * product has no use for. It is fetched once, from the npm registry, without running anything of its own.
 */
export async function fetchHive(): Promise<string> {
  const folder = join(tmpdir(), 'cda-bench-hive-2.15.1');
  const program = join(folder, 'node_modules/.bin/hive-gateway');
  if (!existsSync(program)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await promisify(execFile)(
      'npm',
      ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages],
      { cwd: folder, maxBuffer: 1e8 },
    );
  }
  return program;
}

/** Starts it over a supergraph whose subgraphs are at these addresses. */
export async function startHive(
  program: string,
  folder: string,
  supergraph: string,
  addresses: Readonly<Record<SubgraphName, string>>,
): Promise<{ child: ChildProcess; url: string }> {
  const addressed = subgraphNames.reduce(
    (text, name) => text.replaceAll(`http://${name}.internal/graphql`, addresses[name]),
    supergraph,
  );
  const path = join(folder, 'hive.graphql');
  await writeFile(path, addressed);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [program, 'supergraph', path, '--hive-router-runtime', '--fork=1', '--host=127.0.0.1', `--port=${port}`],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '--max-semi-space-size=32', LOG_LEVEL: 'error' },
    },
  );
  const url = `http://127.0.0.1:${port}/graphql`;
  for (let i = 0; i < 300 && child.exitCode === null; i++) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    }).catch(() => undefined);
    if (answer?.ok) return { child, url };
    await delay(100);
  }
  child.kill();
  throw new Error('The gateway that is compared did not start.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
