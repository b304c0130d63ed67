import type { HealthPart } from '@cda/gateway';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemHealth } from '../../standalone/src/health.ts';
import { smallDemoShop } from '../demo-template.ts';
import { type Answer, ask } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

interface Part {
  name: string;
  kind: string;
  status: string;
  since: string;
  ageSeconds: number | null;
  text: string;
  ru: string;
  detail?: Record<string, unknown> | null;
}

interface Health {
  status: string;
  checkedAt: string;
  text: string;
  ru: string;
  parts: Part[];
}

const query = `query Health {
  health { status checkedAt text ru: text(locale: RU) parts { name kind status since ageSeconds text ru: text(locale: RU) } }
}`;

let graph: OpenGraph;
let bot: HealthPart;
let products: HealthPart | undefined;

beforeAll(async () => {
  const checks: Record<string, () => Promise<HealthPart>> = {};
  graph = await openGraph({ template: smallDemoShop, gateway: { health: checks } });
  const registry = createPool(graph.system.roleUrl('analytics'), { name: 'test-registry', max: 1 });
  const parts = systemHealth(graph.system, registry, async () => String(bot['state']));
  Object.assign(checks, parts, { products: async () => products ?? ((await parts['products']?.()) as HealthPart) });
  afterAll(async () => {
    await registry.end();
    await graph[Symbol.asyncDispose]();
  });
}, 300_000);
beforeEach(() => {
  bot = { status: 'up', state: 'running' };
  products = undefined;
});

const asking = async (role: Role, question = query): Promise<Answer> => {
  const { token } = await issueAccessToken(graph.secrets.access, { subject: `operator:${role}`, role });
  return ask(graph.gateway.url, question, { token });
};

/** The parts are asked once a second at most: waits until what was known before is too old. */
const health = async (): Promise<Health> => {
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  const { data, errors } = await asking('VIEWER');
  expect(errors).toBeUndefined();
  return (data as { health: Health }).health;
};

const partOf = ({ parts }: Health, name: string): Part => parts.find((part) => part.name === name) as Part;

test('every part that there is says how it does, since when, how old, and in words of both languages', async () => {
  const told = await health();
  expect(told.parts.map(({ name, kind }) => [name, kind])).toEqual(
    expect.arrayContaining([
      ['database', 'DATABASE'],
      ['users', 'SUBGRAPH'],
      ['products', 'SUBGRAPH'],
      ['recommendations', 'SUBGRAPH'],
      ['analytics', 'SUBGRAPH'],
      ['projections', 'PROJECTIONS'],
      ['models', 'MODELS'],
      ['jobs', 'JOBS'],
      ['bot', 'BOT'],
      ['supergraph', 'GRAPH'],
    ]),
  );
  // No Redis is configured, so none is spoken of.
  expect(partOf(told, 'redis')).toBeUndefined();
  for (const { name, since, text, ru } of told.parts) {
    expect([name, Date.parse(since) <= Date.parse(told.checkedAt)]).toEqual([name, true]);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(ru).toMatch(/^[А-ЯRШ].*\.$/);
    expect(ru).toMatch(/[а-я]/);
  }
  expect(partOf(told, 'database')).toMatchObject({ status: 'UP', text: 'The database answers.' });
  expect(partOf(told, 'projections').ageSeconds).toBeGreaterThanOrEqual(0);
  expect(partOf(told, 'models').text).toMatch(/models answer/);
});

test('a part that goes and comes back is told, with the moment of the change', async () => {
  const before = partOf(await health(), 'bot');
  expect(before.status).toBe('UP');
  bot = { status: 'degraded', state: 'no connection' };
  const gone = await health();
  expect(partOf(gone, 'bot')).toMatchObject({
    status: 'DEGRADED',
    text: 'The Telegram bot has no connection to Telegram.',
  });
  expect(Date.parse(partOf(gone, 'bot').since)).toBeGreaterThan(Date.parse(before.since));
  expect(partOf(await health(), 'bot').since).toBe(partOf(gone, 'bot').since);
  bot = { status: 'up', state: 'off' };
  expect(partOf(await health(), 'bot')).toMatchObject({ status: 'OFF', text: 'The Telegram bot is not set up.' });
});

test('the whole is as bad as its worst part, in a sentence', async () => {
  products = { status: 'degraded', answers: false };
  const told = await health();
  expect(partOf(told, 'products')).toMatchObject({ status: 'DOWN' });
  expect(told.status).toBe('DOWN');
  expect(told.text).toMatch(/^\d+ parts? needs? a look\.$/);
  products = { status: 'degraded', lagEvents: 7, lagSeconds: 600, faults: 3 };
  const behind = await health();
  expect(partOf(behind, 'projections')).toMatchObject({
    status: 'DEGRADED',
    ageSeconds: 600,
    text: '3 events could not be folded in and were set aside; the figures lack them.',
    ru: 'Не удалось учесть 3 события; в показателях их нет.',
  });
});

test('it is answered while the subgraph that knows the models is away', async () => {
  const { execute } = graph.system.subgraphs.analytics;
  Object.assign(graph.system.subgraphs.analytics, { execute: () => Promise.reject(new Error('away')) });
  try {
    const told = await health();
    expect(partOf(told, 'models')).toMatchObject({ status: 'DOWN', text: 'Nothing is known of the models just now.' });
    expect(partOf(told, 'jobs')).toMatchObject({ status: 'DOWN', text: 'Nothing is known of the fits just now.' });
    expect(partOf(told, 'database').status).toBe('UP');
  } finally {
    Object.assign(graph.system.subgraphs.analytics, { execute });
  }
});

test('figures are for those who run the system, the state for those who read figures, and nothing for a key in a web page', async () => {
  await health();
  const detailed = '{ health { parts { name detail } } }';
  const admin = (await asking('ADMIN', detailed)).data as { health: Health };
  expect(partOf(admin.health, 'models').detail).toMatchObject({
    models: expect.any(Number),
    served: expect.any(Number),
  });
  const viewer = await asking('VIEWER', detailed);
  expect(viewer.codes).toContain('FORBIDDEN');
  expect(JSON.stringify(viewer.data)).not.toContain('lagEvents');
  const create = 'mutation { createApiKey(input: { name: "shop", kind: WRITE }) { ... on CreatedApiKey { secret } } }';
  const { secret } = ((await asking('ADMIN', create)).data as { createApiKey: { secret: string } }).createApiKey;
  expect((await ask(graph.gateway.url, query, { token: secret })).codes).toEqual(['FORBIDDEN']);
});
