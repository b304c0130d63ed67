import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A balancer as one stands before replicas: takes turns among those that say they are ready, and keeps connections open. */
export interface Balancer extends AsyncDisposable {
  url: string;
  /** Puts a replica behind it, by port, once it is ready. */
  add(port: number): Promise<void>;
  remove(port: number): void;
  /** Requests that each replica answered. */
  answered: Map<number, number>;
}

/** How often readiness is asked for, in milliseconds; replicas have to drain for longer than that. */
const checkMs = 50;

export async function startBalancer(): Promise<Balancer> {
  const replicas = new Map<number, { ready: boolean; agent: Agent }>();
  const answered = new Map<number, number>();
  let turn = 0;
  const check = async (port: number): Promise<boolean> => {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    const replica = replicas.get(port);
    if (replica) replica.ready = ready;
    return ready;
  };
  const timer = setInterval(() => {
    for (const port of replicas.keys()) void check(port);
  }, checkMs);
  const server = createServer((request, response) => {
    const ready = [...replicas].filter(([, replica]) => replica.ready);
    const [port, replica] = ready[turn++ % Math.max(ready.length, 1)] ?? [];
    if (port === undefined || replica === undefined) {
      response.writeHead(503).end('no replica is ready');
      return;
    }
    const { connection: _own, ...headers } = request.headers;
    const handed = send(
      { port, host: '127.0.0.1', method: request.method, path: request.url, headers, agent: replica.agent },
      (answer) => {
        answered.set(port, (answered.get(port) ?? 0) + 1);
        const { connection: _theirs, 'keep-alive': _long, ...told } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, told);
        answer.pipe(response);
      },
    );
    handed.once('error', (error) => response.writeHead(502).end(`replica ${port}: ${error.message}`));
    request.pipe(handed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    add: async (port) => {
      replicas.set(port, { ready: false, agent: new Agent({ keepAlive: true }) });
      while (!(await check(port))) await new Promise((resolve) => setTimeout(resolve, checkMs));
    },
    remove: (port) => {
      replicas.get(port)?.agent.destroy();
      replicas.delete(port);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      for (const { agent } of replicas.values()) agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
