import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectProcessMetrics, registry } from '@cda/platform/telemetry/metrics.ts';
import { describe, expect, test } from 'vitest';
import { partNames, standardPorts } from '../../standalone/src/parts/part-config.ts';
import { filesBelow, read, readYaml, root } from './deploy-files.ts';

/** Names of the figures that the parts can print: those of the process, and those that the sources define. */
function knownFigures(): Set<string> {
  collectProcessMetrics();
  const ofProcess = registry.getMetricsAsArray().map(({ name }) => name);
  const sources = [
    'platform/src',
    'gateway/src',
    'standalone/src',
    ...['users', 'products', 'recommendations', 'analytics'].map((name) => `subgraphs/${name}/src`),
  ]
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .map(read)
    .join('\n');
  const defined = [...sources.matchAll(/\b(counter|gauge|durations|measured)\(\s*'(cda_\w+)'/g)].flatMap(
    ([, kind, name = '']) => (kind === 'durations' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name]),
  );
  return new Set([...ofProcess, ...defined, 'up']);
}

const figuresIn = (expression: string): string[] => expression.match(/\bcda_\w+|\bup\b/g) ?? [];

interface Alerts {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string; remedy: string } }[] }[];
}

describe('Prometheus', () => {
  test('asks every part at its port', () => {
    const { scrape_configs } = readYaml<{
      scrape_configs: { metrics_path: string; static_configs: { targets: string[]; labels: { part: string } }[] }[];
    }>('deploy/prometheus/prometheus.yml');
    expect(scrape_configs[0]?.metrics_path).toBe('/metrics');
    const asked = scrape_configs[0]?.static_configs
      .map(({ targets, labels }) => `${labels.part} ${targets.join()}`)
      .sort();
    expect(asked).toEqual(partNames.map((name) => `${name} ${name}:${standardPorts[name]}`).sort());
  });

  test('reads rule files that exist', () => {
    const { rule_files } = readYaml<{ rule_files: string[] }>('deploy/prometheus/prometheus.yml');
    for (const file of rule_files) expect(existsSync(join(root, 'deploy/prometheus', file))).toBe(true);
  });

  test('alerts by figures that the parts print, each with what to do', () => {
    const known = knownFigures();
    for (const { alert, expr, annotations } of readYaml<Alerts>('deploy/prometheus/alerts.yml').groups.flatMap(
      ({ rules }) => rules,
    )) {
      expect(figuresIn(expr).length, alert).toBeGreaterThan(0);
      for (const figure of figuresIn(expr)) expect(known, `${alert}: ${figure}`).toContain(figure);
      expect(annotations.remedy.length).toBeGreaterThan(10);
    }
  });
});

describe('Grafana', () => {
  const compose = readYaml<{ services: { grafana: { volumes: string[] } } }>('docker-compose.yml');
  const mounted = Object.fromEntries(
    compose.services.grafana.volumes.map((volume) => volume.split(':').slice(0, 2).reverse()),
  );

  test('finds its dashboards where they are mounted', () => {
    const { providers } = readYaml<{ providers: { options: { path: string } }[] }>(
      'deploy/grafana/provisioning/dashboards/dashboards.yml',
    );
    for (const { options } of providers) expect(existsSync(join(root, mounted[options.path] ?? 'nowhere'))).toBe(true);
  });

  test('draws figures that the parts print, from the data source that is provided', () => {
    const { datasources } = readYaml<{ datasources: { uid: string; url: string }[] }>(
      'deploy/grafana/provisioning/datasources/prometheus.yml',
    );
    expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
    const known = knownFigures();
    for (const file of filesBelow('deploy/grafana/dashboards', '.json')) {
      const { panels } = JSON.parse(read(file)) as {
        panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
      };
      for (const { title, datasource, targets } of panels) {
        expect(datasource.uid).toBe(datasources[0]?.uid);
        for (const figure of targets.flatMap(({ expr }) => figuresIn(expr)))
          expect(known, `${title}: ${figure}`).toContain(figure);
      }
    }
  });
});
