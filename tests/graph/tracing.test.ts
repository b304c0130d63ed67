import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { startTracing } from '@cda/platform/telemetry/tracing.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { root } from '../deploy/deploy-files.ts';
import { openSmallGraph } from '../gateway/small-graph.ts';
import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '../otlp-collector.ts';
import { startPartProcess } from '../part-process.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { testSecret } from '../system-template.ts';
import { ask } from './ask.ts';
import { openGraph } from './open-graph.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

const query = `query BestCustomers {
  customers(first: 2, orderBy: { field: REVENUE }, where: { country: { eq: "Nowhere-in-particular" } }) { edges { node { id } } }
  other: customers(first: 1) { edges { node { email churn { probability } } } }
}`;

let collector: OtlpCollector;
beforeEach(async () => {
  collector = await startOtlpCollector();
});
afterEach(() => collector[Symbol.asyncDispose]());

/** Names of a span and of all above it, from the top. */
function wayTo(span: CollectedSpan, spans: readonly CollectedSpan[]): string[] {
  const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(above ? wayTo(above, spans) : []), span.name];
}

describe('one trace', () => {
  test('in one process: from the client through gateway and subgraph to each statement, nothing personal on it', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.endpoint);
    await using graph = await openGraph({ template: smallDemoShop });
    const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    {
      await using _tracing = await startTracing({ service: 'cda', env: process.env, log: silentLog });
      const { data, errors } = await ask(graph.gateway.url, query, { token, headers: { traceparent } });
      expect(errors).toBeUndefined();
      expect(data).toHaveProperty('other.edges.0.node.email');
      // A caller whose trace is not recorded gets none here either.
      await ask(graph.gateway.url, query, {
        token,
        headers: { traceparent: traceparent.replace(/01$/, '00').replace('0af', '1bf') },
      });
    }
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const top = spans.filter(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331');
    expect(top.map(({ name }) => name)).toEqual(['query BestCustomers']);
    const statements = spans.filter(({ name }) => name.startsWith('SQL '));
    expect(statements.length).toBeGreaterThan(2);
    for (const statement of statements) {
      expect(wayTo(statement, spans)).toEqual([
        'query BestCustomers',
        'fetch users',
        'subgraph users',
        expect.stringMatching(/^SQL (SELECT|WITH)$/),
      ]);
      expect(statement.attributes['db.system.name']).toBe('postgresql');
    }
    expect(collector.text()).not.toContain('Nowhere-in-particular');
    expect(collector.text()).not.toContain(token);
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    vi.unstubAllEnvs();
  }, 300_000);

  test('OpenTelemetry is loaded where a collector is named, and only there', () => {
    const loaded = (endpoint: string): string[] => {
      const script = `
        await import('@cda/gateway');
        const { startTracing } = await import('@cda/platform/telemetry/tracing.ts');
        await startTracing({ service: 'cda', env: process.env, log: { warn() {} } });
        const { createRequire } = await import('node:module');
        console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: `${root}/standalone`,
        encoding: 'utf8',
        env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      });
      expect(stderr).toBe('');
      return (JSON.parse(stdout) as string[]).filter((path) => path.includes('exporter-trace-otlp-http'));
    };
    expect(loaded('')).toEqual([]);
    expect(loaded(collector.endpoint).length).toBeGreaterThan(0);
  });

  test('a collector that is away holds nobody up, neither a request nor the end', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9');
    await using graph = await openSmallGraph();
    const tracing = await startTracing({ service: 'cda', env: process.env, log: silentLog });
    const { data } = await ask(graph.gateway.url, '{ orders }', { token: await graph.token('VIEWER') });
    expect(data).toEqual({ orders: 7 });
    // Ends by itself; that it does not hang is what is tried.
    await tracing[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });

  test('apart: the same, across processes, and the log has its id', async () => {
    await using database = await createTestDatabase();
    await using parts = new AsyncDisposableStack();
    const environment = {
      DRAIN_MS: '0',
      DATABASE_URL: database.url,
      INTERNAL_SECRET: testSecret,
      JWT_PRIVATE_KEY: privateKey,
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    const users = parts.use(await startPartProcess('users', environment));
    const nowhere = 'http://127.0.0.1:9/graphql';
    const gateway = parts.use(
      await startPartProcess('gateway', {
        ...environment,
        USERS_URL: `http://127.0.0.1:${users.port}/graphql`,
        PRODUCTS_URL: nowhere,
        RECOMMENDATIONS_URL: nowhere,
        ANALYTICS_URL: nowhere,
      }),
    );
    const { loadSecrets } = await import('@cda/platform/auth/secrets.ts');
    const { access } = await loadSecrets({ env: environment });
    const { token } = await issueAccessToken(access, { subject: 'operator:ADMIN', role: 'ADMIN' });
    const answer = await ask(`http://127.0.0.1:${gateway.port}`, 'query Few { customers(first: 1) { totalCount } }', {
      token,
      headers: { traceparent, tracestate: 'shop=1' },
    });
    expect(answer.errors).toBeUndefined();
    await parts.disposeAsync();
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const statement = spans.find(({ name }) => name.startsWith('SQL '));
    expect(wayTo(statement as CollectedSpan, spans)).toEqual([
      'query Few',
      'fetch users',
      'subgraph users',
      expect.stringMatching(/^SQL /),
    ]);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['cda-gateway', 'cda-users']));
    const line = gateway
      .log()
      .split('\n')
      .find((text) => text.includes('"an operation"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ traceId, operation: 'Few' });
  }, 300_000);
});

const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
