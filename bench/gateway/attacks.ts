import { attackDocuments } from '../../tests/gateway/attack-documents.ts';
import { openSmallGraph } from '../../tests/gateway/small-graph.ts';
import { type Measurement, measured } from '../measurement.ts';

const tries = 20;

/** How long it takes to refuse each attack document over HTTP, the slowest of several tries; none is remembered. */
export async function* measureAttacks(): AsyncGenerator<Measurement> {
  await using graph = await openSmallGraph({ gateway: { rate: { burst: 1e9, perSecond: 1e9 } } });
  const token = await graph.token('ADMIN');
  const ask = async (query: string): Promise<number> => {
    const from = performance.now();
    const answer = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    await answer.text();
    return performance.now() - from;
  };
  const slowest = async (query: string): Promise<number> => {
    await ask(query);
    let most = 0;
    for (let i = 0; i < tries; i++) most = Math.max(most, await ask(`${query}\n#${i}`));
    return most;
  };
  const plain = await slowest('{ orders }');
  for (const [name, [document]] of Object.entries(attackDocuments)) {
    const calls = () => Object.values(graph.subgraphs).reduce((sum, subgraph) => sum + subgraph.calls.length, 0);
    const before = calls();
    const ms = await slowest(document);
    if (calls() > before) throw new Error(`A subgraph was called for: ${name}.`);
    yield measured(`refused: ${name}`, [ms, 'ms'], ['a query of one field', plain], {
      text: 'less than 50 ms',
      met: (value) => value < 50,
    });
  }
}
