import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** What a proxy does with what comes: hands it on, says nothing and keeps the connection, or is not there at all. */
export type ProxyMode = 'pass' | 'silent' | 'gone';

/** A TCP proxy on the loopback that can be cut and silenced, for tests of what a network does. */
export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** Connections that were opened so far. */
  opened: number;
  set(mode: ProxyMode): Promise<void>;
}

/** `silent` holds for connections that are open already too: they stay, and nothing comes through in either direction. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let mode: ProxyMode = 'pass';
  let server: Server | undefined;
  let port = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const open = async (): Promise<void> => {
    const opening = createServer((client) => {
      proxy.opened++;
      keep(client);
      const upstream = createConnection(target, '127.0.0.1');
      keep(upstream);
      client.on('data', (bytes) => mode === 'pass' && upstream.write(bytes));
      upstream.on('data', (bytes) => mode === 'pass' && client.write(bytes));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => mode === 'pass' && client.destroy());
    });
    server = opening;
    await new Promise<void>((resolve, reject) => {
      opening.once('error', reject);
      opening.listen(port, '127.0.0.1', resolve);
    });
    const address = opening.address();
    port = typeof address === 'object' && address ? address.port : 0;
  };
  const shut = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };
  const proxy: TcpProxy = {
    port: 0,
    opened: 0,
    set: async (next) => {
      mode = next;
      if (next === 'gone') await shut();
      else if (!server) await open();
    },
    [Symbol.asyncDispose]: shut,
  };
  await open();
  proxy.port = port;
  return proxy;
}
