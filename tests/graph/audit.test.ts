import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { type Log, silentLog } from '@cda/platform/telemetry/log.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

let graph: OpenGraph;
const lines: Record<string, unknown>[] = [];
const log = {
  ...silentLog,
  info: (fields: Record<string, unknown>) => lines.push(fields),
  child: () => log,
} as unknown as Log;

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop, systemLog: log });
}, 300_000);
afterAll(() => graph[Symbol.asyncDispose]());

const auditOf = async (role: 'VIEWER' | 'ANALYST', query: string): Promise<unknown[]> => {
  lines.length = 0;
  const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
  await ask(graph.gateway.url, query, { token, headers: { 'x-request-id': 'request-audit' } });
  return lines.filter((line) => line['audit'] !== undefined);
};

test('every read of personal data leaves a line that says who read which fields how often, and nothing of what they hold', async () => {
  const audit = await auditOf('ANALYST', '{ customers(first: 5) { edges { node { id name email } } } }');
  expect(audit).toEqual([
    {
      audit: 'personal-read',
      subject: 'operator:ANALYST',
      requestId: 'request-audit',
      fields: ['Customer.name × 5', 'Customer.email × 5'],
    },
  ]);
});

test('what is refused, and what is not personal, leaves none', async () => {
  expect(await auditOf('VIEWER', '{ customers(first: 5) { edges { node { id name email } } } }')).toEqual([]);
  expect(await auditOf('ANALYST', '{ customers(first: 5) { edges { node { id country orderCount } } } }')).toEqual([]);
});
