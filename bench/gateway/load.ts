import { Pool } from 'undici';

/** What a load brought. */
export interface LoadResult {
  requests: number;
  seconds: number;
  latenciesMs: number[];
  bytes: number;
}

/** Asks one query again and again over a number of connections, each time with an id that was never asked for before. */
export async function load(
  url: string,
  token: string,
  query: string,
  { connections, ms }: { connections: number; ms: number },
): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const operation = JSON.stringify(query);
  const latenciesMs: number[] = [];
  let bytes = 0;
  const from = performance.now();
  const work = async (): Promise<void> => {
    while (performance.now() - from < ms) {
      const sent = performance.now();
      const { statusCode, body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers,
        body: `{"query":${operation},"variables":{"id":"${(counter++).toString(36)}"}}`,
      });
      const text = await body.text();
      if (statusCode !== 200 || text.includes('"errors"'))
        throw new Error(`The gateway answered ${statusCode}: ${text.slice(0, 300)}`);
      latenciesMs.push(performance.now() - sent);
      bytes = text.length;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - from) / 1000;
  await pool.close();
  return { requests: latenciesMs.length, seconds, latenciesMs, bytes };
}

let counter = 1;
