// Figures of today, printed whenever they change: graphql-ws over a WebSocket, opened again by itself. `RESULTS=3` ends it after three.
import { createClient } from 'graphql-ws';

const { GRAPH_URL, TOKEN, RESULTS = 'Infinity' } = process.env;

// From Node 22 on there is a WebSocket; an older one takes it from the package ws.
const webSocketImpl = globalThis.WebSocket ?? (await import('ws')).default;

const client = createClient({
  webSocketImpl,
  url: GRAPH_URL.replace(/^http/, 'ws'),
  connectionParams: { authorization: `Bearer ${TOKEN}` },
  keepAlive: 20_000,
  retryAttempts: Number.POSITIVE_INFINITY,
});

const query = /* GraphQL */ `
  subscription LiveFigures {
    metricsChanged(range: TODAY) { orders visits revenue { amountMinor currency } }
  }
`;

let count = 0;
for await (const { data, errors } of client.iterate({ query })) {
  // The stream goes on: a part that was away is back with the next result.
  if (errors) console.error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));
  else console.log(JSON.stringify(data.metricsChanged));
  if (++count >= Number(RESULTS)) break;
}
await client.dispose();
