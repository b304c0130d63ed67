import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type PartName, partNames, readPartConfig, standardPorts } from '../../standalone/src/parts/part-config.ts';
import { filesBelow, read, readDocuments, readYaml, root } from './deploy-files.ts';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

interface Resource {
  kind: string;
  metadata: { name: string };
  spec: {
    replicas?: number;
    strategy?: { type: string };
    template?: {
      spec: {
        containers: {
          name: string;
          image: string;
          args: string[];
          ports?: { name: string; containerPort: number }[];
          env: Variable[];
        }[];
      };
    };
    scaleTargetRef?: { name: string };
    selector?: Record<string, unknown>;
    ports?: { port: number; targetPort: string }[];
    rules?: { http: { paths: { path: string; backend: { service: { name: string } } }[] } }[];
  };
}

interface Kustomization {
  resources?: string[];
  components?: string[];
  patches?: { path?: string }[];
  configMapGenerator?: { name: string; literals: string[] }[];
  images?: { name: string; newTag: string }[];
}

const folder = 'deploy/kubernetes';
const kustomizations = filesBelow(folder, 'kustomization.yaml');
const resources = [...filesBelow(`${folder}/serving`, '.yaml'), ...filesBelow(`${folder}/single`, '.yaml')]
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) => readDocuments<Resource>(file));
const ofKind = (kind: string): Resource[] => resources.filter((resource) => resource.kind === kind);
const containerOf = (resource: Resource | undefined) => resource?.spec.template?.spec.containers[0];

const samples: Record<string, string> = {
  DATABASE_URL: 'postgres://cda:x@database:5432/cda',
  BOT_KEY: `cda_bot_${'a'.repeat(43)}`,
  TELEGRAM_BOT_TOKEN: '1:token',
};

/** The environment that a container gets, with samples for secrets. */
function environmentOf(resource: Resource | undefined): Record<string, string> {
  const shared =
    readYaml<Kustomization>(`${folder}/single/kustomization.yaml`).configMapGenerator?.flatMap(
      ({ literals }) => literals,
    ) ?? [];
  const own =
    containerOf(resource)?.env.map(({ name, value }) => [name, value ?? samples[name] ?? 'x'.repeat(44)]) ?? [];
  return Object.fromEntries([...shared.map((literal) => literal.split(/=(.*)/s).slice(0, 2)), ...own]);
}

describe('the Kubernetes manifests', () => {
  test('run every part, at its port, with settings that it starts with', () => {
    expect(
      ofKind('Deployment')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([...partNames].sort());
    for (const deployment of ofKind('Deployment')) {
      const name = deployment.metadata.name as PartName;
      const container = containerOf(deployment);
      expect(container?.args).toEqual(['node', 'standalone/src/part.ts', name]);
      expect(container?.ports).toEqual([{ name: 'http', containerPort: standardPorts[name] }]);
      const kind = name === 'gateway' || name === 'worker' || name === 'bot' ? name : 'subgraph';
      expect(readPartConfig(kind, name, environmentOf(deployment)).PORT).toBe(standardPorts[name]);
    }
    expect(existsSync(join(root, 'standalone/src/part.ts'))).toBe(true);
  });

  test('migrate by a program that exists', () => {
    expect(containerOf(ofKind('Job')[0])?.args).toEqual(['node', 'standalone/src/migrate.ts']);
    expect(existsSync(join(root, 'standalone/src/migrate.ts'))).toBe(true);
  });

  test('point every address at a service that listens there', () => {
    const ports = new Map(ofKind('Service').map(({ metadata, spec }) => [metadata.name, spec.ports?.[0]?.port]));
    for (const deployment of ofKind('Deployment')) {
      for (const [name, value] of Object.entries(environmentOf(deployment))) {
        if (!/^(USERS|PRODUCTS|RECOMMENDATIONS|ANALYTICS|GRAPH)_URL$/.test(name)) continue;
        const { hostname, port } = new URL(value);
        expect(ports.get(hostname), `${deployment.metadata.name}: ${name}`).toBe(Number(port));
      }
    }
  });

  test('give each part no more secrets than it needs', () => {
    const secretsOf = (name: string) =>
      containerOf(ofKind('Deployment').find(({ metadata }) => metadata.name === name))
        ?.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? [])
        .sort();
    expect(secretsOf('users')).toEqual(['DATABASE_URL', 'INTERNAL_SECRET', 'JWT_PRIVATE_KEY']);
    for (const name of ['products', 'recommendations', 'analytics', 'worker']) {
      expect(secretsOf(name)).toEqual(['DATABASE_URL', 'INTERNAL_SECRET', 'JWT_PUBLIC_KEYS']);
    }
    expect(secretsOf('gateway')).toEqual(['BOT_KEY', 'INTERNAL_SECRET', 'JWT_PUBLIC_KEYS']);
    expect(secretsOf('bot')).toEqual(['BOT_KEY', 'TELEGRAM_BOT_TOKEN']);
  });

  test('refer to secrets that the operations guide makes, and hold none', () => {
    const guide = read('docs/operations.md');
    for (const { valueFrom } of [...ofKind('Deployment'), ...ofKind('Job')].flatMap(
      (resource) => containerOf(resource)?.env ?? [],
    )) {
      if (!valueFrom) continue;
      expect(guide).toContain(valueFrom.secretKeyRef.name);
      expect(guide).toContain(valueFrom.secretKeyRef.key);
    }
    expect(ofKind('Secret')).toEqual([]);
  });

  test('have one worker and one bot, never two at a time', () => {
    for (const name of ['worker', 'bot']) {
      const deployment = ofKind('Deployment').find(({ metadata }) => metadata.name === name);
      expect(deployment?.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    }
    const scaled = ofKind('HorizontalPodAutoscaler')
      .map(({ spec }) => spec.scaleTargetRef?.name)
      .sort();
    expect(scaled).toEqual(['analytics', 'gateway', 'products', 'recommendations', 'users']);
    expect(
      ofKind('PodDisruptionBudget')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(scaled);
  });

  test('watch every part at addresses that the parts answer', () => {
    const [deployment] = readDocuments<{
      spec: { template: { spec: { containers: Record<string, { httpGet: { path: string; port: string } }>[] } } };
    }>(`${folder}/common/deployment.yaml`);
    const container = deployment?.spec.template.spec.containers[0];
    // tests/deploy/part.test.ts asks a part that runs at these.
    expect(container?.['livenessProbe']?.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container?.['startupProbe']?.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container?.['readinessProbe']?.httpGet).toEqual({ path: '/health/ready', port: 'http' });
  });

  test.each(kustomizations)('%s names files and folders that exist', (file) => {
    const { resources: named = [], components = [], patches = [] } = readYaml<Kustomization>(file);
    for (const path of [...named, ...components, ...patches.flatMap(({ path: each }) => each ?? [])]) {
      expect(existsSync(join(root, dirname(file), path)), path).toBe(true);
    }
  });

  test('put one version of the product on every pod', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const file of kustomizations) {
      for (const { name, newTag } of readYaml<Kustomization>(file).images ?? [])
        expect(`${name}:${newTag}`).toBe(`customer-data-analytics:${version}`);
    }
  });
});

const kubectl = process.env['KUBECTL'] ?? 'kubectl';
const hasKubectl = spawnSync(kubectl, ['version', '--client']).status === 0;

// Without kubectl the files are checked one by one above; with it they are put together as a cluster would get them.
describe.skipIf(!hasKubectl)('put together by kubectl', () => {
  const build = (overlay: string): Resource[] => {
    const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', join(root, folder, overlay)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
  };
  const names = (all: Resource[], kind: string) =>
    all
      .filter((each) => each.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();

  test('the base has everything once', () => {
    const all = build('base');
    expect(names(all, 'Deployment')).toEqual([...partNames].sort());
    expect(names(all, 'Ingress')).toEqual(['customer-data']);
    expect(names(all, 'Job')).toEqual(['migrate']);
  });

  test.each(['blue', 'green'])('%s talks to its own subgraphs only, and shares no name with the other', (colour) => {
    const all = build(`blue-green/${colour}`);
    expect(names(all, 'Deployment')).toEqual(
      ['analytics', 'gateway', 'products', 'recommendations', 'users'].map((name) => `${name}-${colour}`),
    );
    expect(names(all, 'Service')).toEqual(names(all, 'Deployment'));
    expect(
      all
        .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
        .map(({ spec }) => spec.scaleTargetRef?.name)
        .sort(),
    ).toEqual(names(all, 'Deployment'));
    const gateway = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === `gateway-${colour}`);
    const urls = containerOf(gateway)
      ?.env.filter(({ name }) => name.endsWith('_URL'))
      .map(({ value }) => new URL(value ?? '').hostname)
      .sort();
    expect(urls).toEqual(['analytics', 'products', 'recommendations', 'users'].map((name) => `${name}-${colour}`));
    for (const service of all.filter(({ kind }) => kind === 'Service'))
      expect(service.spec.selector).toMatchObject({ 'customer-data/colour': colour });
  });

  test('the switch chooses a colour that exists, for the address that the bot and the world use', () => {
    const all = build('blue-green/active');
    expect(names(all, 'Service')).toEqual(['gateway']);
    const [service] = all.filter(({ kind }) => kind === 'Service');
    expect(['blue', 'green']).toContain(service?.spec.selector?.['customer-data/colour']);
    const paths = all.find(({ kind }) => kind === 'Ingress')?.spec.rules?.[0]?.http.paths;
    expect(paths?.find(({ path }) => path === '/')?.backend.service.name).toBe('gateway');
    expect(names(build('blue-green/shared'), 'Deployment')).toEqual(['bot', 'worker']);
  });
});
