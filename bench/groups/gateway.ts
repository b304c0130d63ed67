import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { parse } from 'graphql';
import { measureAttacks } from '../gateway/attacks.ts';
import { measureCustomerQuery, openShop } from '../gateway/customer-query.ts';
import type { GatewayMode } from '../gateway/gateway-process.ts';
import { fetchHive, startHive } from '../gateway/hive.ts';
import { load } from '../gateway/load.ts';
import { processFigures } from '../gateway/process-figures.ts';
import { type SyntheticQuery, syntheticParts, syntheticQueries } from '../gateway/synthetic.ts';
import { type BenchGroup, type Measurement, measured, quantile } from '../measurement.ts';

const hive = 'Hive Gateway with router runtime, over HTTP';
type Mode = GatewayMode | typeof hive;

const modes: readonly Mode[] = [
  'stock @apollo/gateway, over HTTP',
  hive,
  'stock executor, over HTTP',
  'own, over HTTP',
  'own, in process',
];
const connections = 50;
const warmUpMs = 1_500;
const measureMs = 3_000;

interface Figures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuMs: number;
  rssMb: number;
}

/** What is aimed at, by mode and query: requests a second as a multiple of stock's. */
const goals: Partial<Record<Mode, Partial<Record<SyntheticQuery, number>>>> = {
  'own, over HTTP': { medium: 3 },
  'own, in process': { medium: 8 },
};

/** The gateway alone: our ways of running it beside stock, over the same subgraphs, unique requests, one core for the gateway. */
export const gatewayGroup: BenchGroup = {
  name: 'gateway',
  about:
    'requests/s, latency, CPU and memory of the gateway beside stock @apollo/gateway and Hive Gateway, on synthetic subgraphs; attack documents; how much of the customer query is SQL',
  async *run() {
    const folder = await mkdtemp(join(tmpdir(), 'cda-bench-gateway-'));
    const children: ChildProcess[] = [];
    try {
      const supergraphPath = join(folder, 'supergraph.graphql');
      await writeFile(supergraphPath, supergraph());
      const startMode = async (mode: Mode): Promise<{ child: ChildProcess; url: string; token: string }> => {
        if (mode === hive) return { ...(await startHive(program, folder, supergraph(), addresses)), token: '' };
        const child = start('gateway-process.ts', [JSON.stringify({ mode, folder, supergraphPath, addresses })]);
        return { child, ...(await message<{ url: string; token: string }>(child)) };
      };
      const addresses = {} as Record<SubgraphName, string>;
      for (const name of subgraphNames) {
        const child = start('subgraph-process.ts', [name]);
        children.push(child);
        Object.assign(addresses, (await message<{ addresses: object }>(child)).addresses);
      }
      const program = await fetchHive();
      const results = new Map<Mode, Map<SyntheticQuery, Figures>>();
      for (const mode of modes) {
        const { child, url, token } = await startMode(mode);
        children.push(child);
        const figures = new Map<SyntheticQuery, Figures>();
        for (const name of Object.keys(syntheticQueries) as SyntheticQuery[]) {
          figures.set(name, await measureOne(child, url, token, syntheticQueries[name]));
        }
        results.set(mode, figures);
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill();
        await ended;
      }
      yield* compare(results);
    } finally {
      for (const child of children) child.kill();
      await rm(folder, { recursive: true, force: true });
    }
    yield* measureAttacks();
    const shop = await openShop();
    await using _ = shop.bench;
    yield* measureCustomerQuery(shop);
  },
};

function supergraph(): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphNames.map((name) => ({
      name,
      url: `http://${name}.internal/graphql`,
      typeDefs: parse(syntheticParts[name].sdl),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map((error) => error.message).join('\n'));
  return supergraphSdl;
}

const start = (file: string, args: readonly string[]): ChildProcess =>
  fork(resolve(import.meta.dirname, '../gateway', file), [...args], {
    // As the product starts, and everything that it is compared with.
    execArgv: ['--max-semi-space-size=32'],
    env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1' },
  });

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as Message));
    child.once('exit', (code) => reject(new Error(`A part of the bench ended with ${code}.`)));
  });

async function measureOne(child: ChildProcess, url: string, token: string, query: string): Promise<Figures> {
  await load(url, token, query, { connections, ms: warmUpMs });
  const pid = child.pid as number;
  const before = processFigures(pid);
  const { requests, seconds, latenciesMs } = await load(url, token, query, { connections, ms: measureMs });
  const after = processFigures(pid);
  return {
    perSecond: requests / seconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuMs: (after.cpuMs - before.cpuMs) / requests,
    rssMb: after.rssMb,
  };
}

function* compare(results: ReadonlyMap<Mode, ReadonlyMap<SyntheticQuery, Figures>>): Generator<Measurement> {
  const [stock, ...others] = modes as [Mode, ...Mode[]];
  for (const query of Object.keys(syntheticQueries) as SyntheticQuery[]) {
    const base = results.get(stock)?.get(query) as Figures;
    for (const mode of others) {
      const one = results.get(mode)?.get(query) as Figures;
      const goal = goals[mode]?.[query];
      const name = (figure: string) => `${query}: ${figure}, ${mode}`;
      yield measured(
        name('requests/s'),
        [one.perSecond, '/s'],
        [stock, base.perSecond],
        goal === undefined ? undefined : { text: `${goal} × stock`, met: (_, ratio) => ratio >= goal },
      );
      yield measured(name('CPU a request'), [one.cpuMs, 'ms'], [stock, base.cpuMs]);
      yield measured(name('p50'), [one.p50Ms, 'ms'], [stock, base.p50Ms]);
      yield measured(
        name('p99'),
        [one.p99Ms, 'ms'],
        [stock, base.p99Ms],
        query === 'medium' && mode.startsWith('own')
          ? { text: 'at most 40 ms', met: (value) => value <= 40 }
          : undefined,
      );
      yield measured(name('memory'), [one.rssMb, 'MB'], [stock, base.rssMb]);
    }
    const ours = results.get('own, over HTTP')?.get(query) as Figures;
    const theirs = results.get(hive)?.get(query) as Figures;
    yield measured(`${query}: requests/s, own, over HTTP`, [ours.perSecond, '/s'], [hive, theirs.perSecond], {
      text: 'ahead of it',
      met: (_, ratio) => ratio > 1,
    });
  }
}
