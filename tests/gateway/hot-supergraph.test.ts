import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask } from '../graph/ask.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';

/** Waits until the gateway's health page says something of its supergraph. */
async function untilHealth(
  graph: SmallGraph,
  holds: (part: { status: string; since: string }) => boolean,
): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const { parts } = (await (await fetch(`${graph.gateway.url}/health/ready`)).json()) as {
      parts: { supergraph: { status: string; since: string } };
    };
    if (holds(parts.supergraph)) return;
    await delay(20);
  }
  throw new Error('The gateway did not look at the file.');
}

test('a new supergraph is taken without a restart or a failed request, a broken one is refused and the old one serves on', async () => {
  await using graph = await openSmallGraph({
    gateway: { supergraphCheckMs: 20, rate: { burst: 1e6, perSecond: 1e6 } },
  });
  const { url } = graph.gateway;
  const token = await graph.token('ADMIN');
  const original = await readFile(graph.supergraphPath, 'utf8');
  const orders = () => ask(url, '{ orders }', { token });
  expect((await ask(url, '{ shop { motto } }', { token })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);

  let running = true;
  const failures: unknown[] = [];
  const steady = (async () => {
    let answered = 0;
    while (running) {
      const { data } = await orders();
      if (JSON.stringify(data) !== '{"orders":7}') failures.push(data);
      answered++;
    }
    return answered;
  })();

  for (const broken of [
    'type Query {',
    '',
    'type Query { orders: Int }',
    original.replace('type Shop', 'type Shopp'),
  ]) {
    await writeFile(graph.supergraphPath, broken);
    await untilHealth(graph, ({ status }) => status === 'degraded');
    expect((await orders()).data).toEqual({ orders: 7 });
    await writeFile(graph.supergraphPath, original);
    await untilHealth(graph, ({ status }) => status === 'up');
  }

  await writeFile(
    graph.supergraphPath,
    original.replace(/type Shop\b([^{]*)\{/, 'type Shop$1{\n  motto: String @join__field(graph: ANALYTICS)\n'),
  );
  await untilHealth(graph, ({ status }) => status === 'up');
  let motto = await ask(url, '{ shop { motto } }', { token });
  for (let i = 0; i < 200 && motto.codes[0] === 'GRAPHQL_VALIDATION_FAILED'; i++) {
    await delay(20);
    motto = await ask(url, '{ shop { motto } }', { token });
  }
  // The field is planned now; that the subgraph does not know it is the subgraph's answer.
  expect(motto.data).toEqual({ shop: null });
  running = false;
  expect(await steady).toBeGreaterThan(20);
  expect(failures).toEqual([]);
  const figures = await (await fetch(`${url}/metrics`)).text();
  const refused = /cda_supergraph_reloads_total\{outcome="refused"\} (\d+)/.exec(figures)?.[1];
  expect(Number(refused)).toBeGreaterThanOrEqual(4);
}, 60_000);
