/** A sender of events in its own process: `node bench/ingest-sender.ts URL TOKEN DOOR RUN [BATCHES [EVENTS_PER_SECOND]]`. Prints its figures as JSON. */
import { Pool } from 'undici';
import { batchSize, loadDoor, makeBatch } from './ingest-load.ts';

const [url = '', token = '', door = '', run = '', count, pace] = process.argv.slice(2);
const http = new Pool(url, { connections: 16 });
const query =
  'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { accepted } } }';

function bodyOf(batch: number): unknown {
  const events = makeBatch(run, batch);
  if (door === '/v1/batch') return { batch: events };
  const input = events.map(({ type: _type, timestamp, ...event }) => ({ ...event, originalTimestamp: timestamp }));
  return { query, variables: { input } };
}

const result = await loadDoor(
  async (batch) => {
    const { statusCode, body } = await http.request({
      method: 'POST',
      path: door,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(bodyOf(batch)),
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes(`"accepted":${batchSize}`))
      throw new Error(`${statusCode} ${text.slice(0, 300)}`);
  },
  { ...(count ? { count: Number(count) } : {}), ...(pace ? { eventsPerSecond: Number(pace) } : {}) },
);
// A long text goes into a pipe piece by piece.
process.stdout.write(JSON.stringify(result), () => process.exit());
