import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import { hasMeasureTitle } from '@cda/platform/models/measure-titles.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { smallDemoShop } from '../demo-template.ts';
import { ask, field } from './ask.ts';
import { type OpenGraph, openGraph } from './open-graph.ts';

vi.setConfig({ hookTimeout: 240_000 });

let graph: OpenGraph;
let token: string;

beforeAll(async () => {
  graph = await openGraph({ template: smallDemoShop });
  ({ token } = await issueAccessToken(graph.secrets.access, { subject: 'operator:VIEWER', role: 'VIEWER' }));
});

afterAll(() => graph?.[Symbol.asyncDispose]());

interface ModelAnswer {
  name: string;
  versions: { primaryMetric: { name: string; title: string; baselineName: string; baselineTitle: string } }[];
}

const query = '{ models { name versions { primaryMetric { name title baselineName baselineTitle } } } }';
const versionsOf = async (headers: Record<string, string>) =>
  field<ModelAnswer[]>(await ask(graph.gateway.url, query, { token, headers }), 'models').flatMap(
    ({ versions }) => versions,
  );

describe('models in the graph', () => {
  test('every measure that decides, and every baseline, has a title', async () => {
    const versions = await versionsOf({});
    expect(versions.length).toBeGreaterThan(5);
    for (const { primaryMetric } of versions) {
      expect.soft(hasMeasureTitle(primaryMetric.name), primaryMetric.name).toBe(true);
      expect.soft(hasMeasureTitle(primaryMetric.baselineName), primaryMetric.baselineName).toBe(true);
    }
  });

  test('baselines are named in the language asked for', async () => {
    for (const { primaryMetric } of await versionsOf({ 'x-cda-locale': 'RU' })) {
      expect(primaryMetric.baselineTitle).toMatch(/[а-яё]/i);
    }
  });
});
