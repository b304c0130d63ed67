import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** An event of a text/event-stream. `data` must hold no line break; JSON holds none. */
export interface ServerSentEvent {
  event?: string;
  id?: string;
  data?: string;
}

/** A text/event-stream that is being written. */
export interface EventStream {
  /** Writes an event and resolves when the reader keeps up again; rejects where it is gone. */
  send(event: ServerSentEvent): Promise<void>;
  /** Ends the stream in order. */
  end(): void;
}

/** Proxies and readers see by this comment that the stream is alive. */
const beatMs = 10_000;

/** Begins a stream in answer to a request. It beats by itself until the response ends. */
export function openEventStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> = {},
  everyMs = beatMs,
): EventStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx holds answers back otherwise.
    'x-accel-buffering': 'no',
  });
  response.write(':\n\n');
  const beat = setInterval(() => {
    // One who does not read needs no more of it.
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, everyMs);
  beat.unref();
  const gone = new AbortController();
  response.once('close', () => {
    clearInterval(beat);
    gone.abort();
  });
  return {
    async send({ event, id, data }) {
      if (response.destroyed) throw new Error('The reader is gone.');
      const text = [
        ...(event === undefined ? [] : [`event: ${event}`]),
        ...(id === undefined ? [] : [`id: ${id}`]),
        ...(data === undefined ? [] : [`data: ${data}`]),
        '',
        '',
      ].join('\n');
      if (!response.write(text)) await once(response, 'drain', { signal: gone.signal });
    },
    end: () => response.end(),
  };
}
