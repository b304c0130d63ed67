import type { ServerSentEvent } from './event-stream.ts';

/** The events of a text/event-stream as they arrive. Throws where one is longer than `limit` characters. */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<ServerSentEvent, void, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = toEvent(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
    if (text.length > limit) throw new Error(`An event is longer than ${limit} characters.`);
  }
}

/** Undefined for a comment, which only says that the stream is alive. */
function toEvent(block: string): ServerSentEvent | undefined {
  const event: ServerSentEvent = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    switch (colon < 0 ? line : line.slice(0, colon)) {
      case 'event':
        event.event = value;
        break;
      case 'id':
        event.id = value;
        break;
      case 'data':
        event.data = event.data === undefined ? value : `${event.data}\n${value}`;
        break;
    }
  }
  return Object.keys(event).length > 0 ? event : undefined;
}
