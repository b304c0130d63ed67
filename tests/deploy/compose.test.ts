import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PartName, partNames, readPartConfig, standardPorts } from '../../standalone/src/parts/part-config.ts';
import { filesBelow, interpolate, read, readEnv, readYaml, root, variablesOf } from './deploy-files.ts';

interface Service {
  image: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  networks?: string[];
  ports?: string[];
  profiles?: string[];
  depends_on?: string[] | Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean };
  build?: { context: string; dockerfile: string };
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
}

const compose = readYaml<Compose>('docker-compose.yml');
const services = Object.entries(compose.services);
const env = { ...readEnv('deploy/env.example'), POSTGRES_PASSWORD: 'secret', TELEGRAM_BOT_TOKEN: '1:token' };
const environmentOf = (service: Service | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [name, interpolate(String(value), env)]),
  );
const kindOf = (name: PartName) => (name === 'gateway' || name === 'worker' || name === 'bot' ? name : 'subgraph');

describe('docker-compose.yml', () => {
  test('runs every part, PostgreSQL 18, an optional Redis, Prometheus and Grafana', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining([...partNames, 'postgres', 'migrate', 'redis', 'prometheus', 'grafana']),
    );
    expect(compose.services['postgres']?.image).toBe('postgres:18');
    expect(compose.services['redis']?.profiles).toEqual(['redis']);
  });

  test.each(partNames)('gives the part "%s" settings that it starts with, at its own port', (name) => {
    const service = compose.services[name];
    expect(service?.command).toEqual(['node', 'standalone/src/part.ts', name]);
    const given = environmentOf(service);
    expect(readPartConfig(kindOf(name), name, given).PORT).toBe(standardPorts[name]);
    expect(given['PORT']).toBe(String(standardPorts[name]));
  });

  test('sets no variable that nothing reads', () => {
    const sources = [
      'standalone/src/parts/part-config.ts',
      'platform/src/auth/secrets.ts',
      'standalone/src/oidc-settings.ts',
      'standalone/src/site-settings.ts',
      'standalone/src/operation-policy.ts',
      'standalone/src/list-schedule.ts',
      'platform/src/telemetry/tracing.ts',
      'standalone/src/migrate.ts',
      'cli/src/installation.ts',
      'standalone/src/data-folder.ts',
      'node_modules/@opentelemetry/core/build/src/utils/environment.js',
    ]
      .map(read)
      .join('\n');
    for (const [name, service] of services.filter(([, { build }]) => build)) {
      for (const variable of Object.keys(service.environment ?? {}))
        expect(sources, `${name} sets ${variable}`).toMatch(new RegExp(`\\b${variable}\\b`));
    }
  });

  test('takes from the environment what env.example explains, and nothing else', () => {
    expect(variablesOf(read('docker-compose.yml'))).toEqual(Object.keys(readEnv('deploy/env.example')).sort());
  });

  test('names programs, files and folders that exist', () => {
    for (const [name, { command = [], entrypoint = [], build, volumes = [] }] of services) {
      if (build) {
        expect(existsSync(join(root, build.context, build.dockerfile))).toBe(true);
        for (const word of [...command, ...entrypoint].filter((each) => /\.(ts|mjs)$/.test(each))) {
          expect(existsSync(join(root, word)), `${name}: ${word}`).toBe(true);
        }
      }
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('.')) expect(existsSync(join(root, source)), `${name}: ${source}`).toBe(true);
        else expect(Object.keys(compose.volumes), `${name}: ${volume}`).toContain(source);
      }
    }
  });

  test('names services, networks and conditions that exist', () => {
    for (const [name, { depends_on = {}, networks = [] }] of services) {
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
      for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)) {
        expect(Object.keys(compose.services), `${name} waits for ${other}`).toContain(other);
        // Who is waited for must be started with the one who waits.
        const profiles = compose.services[other]?.profiles;
        if (profiles) expect(compose.services[name]?.profiles).toEqual(profiles);
      }
    }
  });

  test('points every address at a service that listens there', () => {
    for (const [name, service] of services) {
      for (const [variable, value] of Object.entries(environmentOf(service))) {
        if (!/^(USERS|PRODUCTS|RECOMMENDATIONS|ANALYTICS|GRAPH)_URL$/.test(variable)) continue;
        const { hostname, port, pathname } = new URL(value);
        expect(Number(port), `${name}: ${variable}`).toBe(standardPorts[hostname as PartName]);
        expect(pathname).toBe('/graphql');
        expect(compose.services[hostname]?.networks).toEqual(expect.arrayContaining(['inside']));
      }
    }
  });

  test('offers the page and Grafana on this machine only, and the rest not at all', () => {
    const open = services
      .filter(([, { ports }]) => ports)
      .map(([name, { ports = [] }]) => [name, ports.map((port) => interpolate(port, env))]);
    expect(open).toEqual([
      ['gateway', ['127.0.0.1:4000:4000']],
      ['grafana', ['127.0.0.1:3000:3000']],
    ]);
    expect(compose.networks['inside']).toEqual({ internal: true });
    for (const name of ['postgres', 'users', 'products', 'recommendations', 'analytics', 'worker', 'migrate']) {
      expect(compose.services[name]?.networks, name).toEqual(['inside']);
    }
  });

  test('migrates before any part starts', () => {
    expect(compose.services['migrate']?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const name of ['users', 'products', 'recommendations', 'analytics', 'worker']) {
      expect(compose.services[name]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    }
  });

  test('holds no secret', () => {
    expect(readEnv('deploy/env.example')['POSTGRES_PASSWORD']).toBe('');
    expect(read('docker-compose.yml')).not.toMatch(/cda_bot_|BEGIN|PRIVATE|INTERNAL_SECRET/);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('deploy/Dockerfile');
  const manifest = JSON.parse(read('package.json')) as { workspaces: string[]; dependencies: { node: string } };
  const workspaces = filesBelow('.', 'package.json').filter((path) =>
    manifest.workspaces.some((pattern) => new RegExp(`^${pattern.replace('*', '[^/]+')}/package\\.json$`).test(path)),
  );

  test('runs on the Node that the project pins', () => {
    expect(/^ARG NODE_VERSION=(.+)$/m.exec(dockerfile)?.[1]).toBe(manifest.dependencies.node);
  });

  test('copies files that exist, and the manifest of every workspace', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = '']) =>
      words.split(' ').slice(0, -1),
    );
    for (const path of copies) expect(existsSync(join(root, path)), path).toBe(true);
    expect(copies).toEqual(expect.arrayContaining([...workspaces, 'package.json', 'package-lock.json', '.npmrc']));
  });

  test('installs every workspace but the page, and copies their sources', () => {
    const named = workspaces.map((path) => ({ path, name: (JSON.parse(read(path)) as { name: string }).name }));
    const installed = [...dockerfile.matchAll(/--workspace=(\S+)/g)].map(([, name]) => name);
    expect(installed.sort()).toEqual(
      named
        .map(({ name }) => name)
        .filter((name) => name !== '@cda/web')
        .sort(),
    );
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+) (\S+)$/gm)].map(([, from, to]) => [
      from,
      to,
    ]);
    expect(copied.every(([from, to]) => from === to)).toBe(true);
    const folders = [...new Set(named.map(({ path }) => path.split('/')[0]))].filter((folder) => folder !== 'web');
    expect(copied.map(([from]) => from).sort()).toEqual([...folders, 'schema', 'web/dist', 'web/src/generated'].sort());
  });

  test('runs the programs of the packages that the lock file has', () => {
    for (const [, bin] of dockerfile.matchAll(/node_modules\/\.bin\/(\S+)/g)) {
      expect(existsSync(join(root, 'node_modules/.bin', bin ?? '')), bin).toBe(true);
    }
  });

  test('is not root, tells nobody anything, and says how it does', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/NODE_ENV=production[\s\S]*APOLLO_TELEMETRY_DISABLED=1/);
    const [, check = ''] = /^HEALTHCHECK .*CMD \["node", "(.+)"\]$/m.exec(dockerfile) ?? [];
    expect(existsSync(join(root, check))).toBe(true);
    const [, command = ''] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? [];
    const [, program, part] = JSON.parse(command) as string[];
    expect(existsSync(join(root, program ?? ''))).toBe(true);
    expect(partNames).toContain(part);
  });

  test('leaves out of the image what the ignore file names, and needs none of it', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').trim().split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '.git', '.env', '.data', 'tests']));
  });
});
