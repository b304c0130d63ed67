import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@cda/platform/errors.ts';
import { collectProcessMetrics, registry } from '@cda/platform/telemetry/metrics.ts';

/** `/health/live`, `/health/ready` and `/metrics` for a part that answers nothing else. */
export async function startHealthServer(config: {
  port: number;
  host: string;
  ready(): Promise<Record<string, unknown> & { ok: boolean }>;
}): Promise<AsyncDisposable & { port: number }> {
  collectProcessMetrics();
  const server = createServer({ connectionsCheckingInterval: 1_000 }, async (request, response) => {
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    };
    switch (request.url?.split('?')[0]) {
      case '/health/live':
        return json(200, { status: 'live' });
      case '/health/ready': {
        const health = await config.ready().catch(() => ({ ok: false }));
        return json(health.ok ? 200 : 503, { status: health.ok ? 'ready' : 'not ready', ...health });
      }
      case '/metrics':
        response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
        return;
      default:
        return json(404, { status: 'not found' });
    }
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new AppError(
          'PORT_IN_USE',
          `Cannot listen at ${config.host}:${config.port}: ${cause.message}.`,
          'End the program that holds the port, or give another PORT.',
          { cause },
        ),
      );
    });
    server.listen(config.port, config.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
