import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { startGateway } from '@cda/gateway';
import { accessRulesOf } from '@cda/platform/auth/access-rules.ts';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { buildSchema } from '@cda/platform/service/subgraph.ts';
import { serveSubgraph } from '@cda/platform/service/subgraph-server.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subgraphDefinitions } from '../../standalone/src/subgraphs.ts';
import { smallDemoShop } from '../demo-template.ts';
import { askSubgraph } from '../subgraph-client.ts';
import { testSecret } from '../system-template.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph, supergraphPath } from './open-graph.ts';

let graph: OpenGraph;
/** Address of the gateway that reaches its subgraphs over HTTP. */
let apart: string;
const opened = new AsyncDisposableStack();
const lines: Record<string, unknown>[] = [];
const log = {
  ...silentLog,
  info: (fields: Record<string, unknown>) => lines.push(fields),
  child: () => log,
} as unknown as Log;

beforeAll(async () => {
  graph = opened.use(await openGraph({ template: smallDemoShop, systemLog: log, gateway: { log } }));
  const served = await Promise.all(
    subgraphNames.map(async (name): Promise<[SubgraphName, { url: string }]> => {
      const config = { port: 0, host: '127.0.0.1', internalSecret: testSecret, log: silentLog, drainMs: 0 };
      const { url } = opened.use(await serveSubgraph(graph.system.subgraphs[name], config));
      return [name, { url }];
    }),
  );
  const subgraphs = Object.fromEntries(served) as Record<SubgraphName, { url: string }>;
  const { secrets } = graph;
  const config = { port: 0, host: '127.0.0.1', supergraphPath, subgraphs, secrets, production: false, log, drainMs: 0 };
  apart = opened.use(await startGateway(config)).url;
}, 300_000);
afterAll(() => opened.disposeAsync());

const auditOf = async (role: 'VIEWER' | 'ANALYST', query: string, url = graph.gateway.url): Promise<unknown[]> => {
  lines.length = 0;
  const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
  await ask(url, query, { token, headers: { 'x-request-id': 'request-audit' } });
  return lines.filter((line) => line['audit'] !== undefined);
};

describe.each(['in one process', 'apart'])('%s', (mode) => {
  const url = () => (mode === 'apart' ? apart : graph.gateway.url);

  test('every read of personal data leaves a line that says who read which fields how often, and nothing of what they hold', async () => {
    const audit = await auditOf('ANALYST', '{ customers(first: 5) { edges { node { id name email } } } }', url());
    expect(audit).toEqual([
      {
        audit: 'personal-read',
        subject: 'operator:ANALYST',
        requestId: 'request-audit',
        fields: ['Customer.name × 5', 'Customer.email × 5'],
      },
    ]);
  });

  test('a request that reads them in several subgraphs, and of the same again, leaves one line with all of them', async () => {
    const query = `{
      customers(first: 2) { edges { node { name } } }
      others: customers(first: 3) { edges { node { name phone } } }
      events(first: 1) { edges { node { name } } }
    }`;
    // The planner may put them into as many calls as it likes.
    for (const _again of [1, 2]) {
      expect(await auditOf('ANALYST', query, url())).toEqual([
        expect.objectContaining({
          fields: expect.toSatisfy(
            (fields: string[]) => [...fields].sort().join() === 'Customer.name × 5,Customer.phone × 3,Query.events × 1',
          ),
        }),
      ]);
    }
  });

  test('what is refused, and what is not personal, leaves none', async () => {
    expect(await auditOf('VIEWER', '{ customers(first: 5) { edges { node { id name email } } } }', url())).toEqual([]);
    const plain = '{ customers(first: 5) { edges { node { id country orderCount } } } }';
    expect(await auditOf('ANALYST', plain, url())).toEqual([]);
  });

  test('no client is told of the line, or can keep it from being written', async () => {
    const { token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:ANALYST', role: 'ANALYST' });
    lines.length = 0;
    const response = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-cda-gathers-reads': '' },
      body: JSON.stringify({ query: '{ customers(first: 1) { edges { node { name } } } }' }),
    });
    expect(await response.text()).not.toContain('personalReads');
    expect(lines.filter((line) => line['audit'] !== undefined)).toHaveLength(1);
  });
});

test('a subgraph that is asked by something that gathers nothing writes the line itself', async () => {
  lines.length = 0;
  await askSubgraph(graph.system.subgraphs.users, '{ customers(first: 2) { edges { node { name } } } }');
  expect(lines.filter((line) => line['audit'] !== undefined)).toEqual([
    expect.objectContaining({ subject: 'account:test', fields: ['Customer.name × 2'] }),
  ]);
});

test('every field of every subgraph that needs the scope for personal data is one whose reads are written down', async () => {
  // The scope is what the audit goes by, so the fields that need it are named here: a new one has to be looked at.
  const personal = subgraphNames.flatMap((name) =>
    Object.values(buildSchema(subgraphDefinitions[name]).getTypeMap()).flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => accessRulesOf(type, field).some((rule) => rule.anyOf.flat().includes('personal:read')))
            .map((field) => `${type.name}.${field.name}`)
        : [],
    ),
  );
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/access.md'), 'utf8');
  const told = page.split('\n').find((line) => line.startsWith('Personal fields are ')) ?? '';
  expect([...told.matchAll(/`([\w.]+)`/g)].map(([, field]) => field).sort()).toEqual([...new Set(personal)].sort());
});
