import type { IncomingMessage, ServerResponse } from 'node:http';
import { commandsFor } from './commands-for.ts';
import type { Person, PersonOptions } from './people.ts';
import { readBytes } from './request-body.ts';
import type { StoredChat, World } from './world.ts';

interface PageRequest {
  world: World;
  person(options: PersonOptions): Person;
  page: { html: string; policy: string };
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

/** The person who sits at the page. */
const visitorId = 1001;

/** Answers what the chat page asks: itself, the chat as it stands, pictures, and what the visitor does. */
export async function answerChatPage({ world, person, page, request, response, url }: PageRequest): Promise<void> {
  const visitor = (language: string | null) =>
    person({
      id: visitorId,
      firstName: language === 'ru' ? 'Гость' : 'Guest',
      languageCode: language === 'ru' ? 'ru' : 'en',
    });
  const json = (status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(body));
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': page.policy });
    return void response.end(page.html);
  }
  if (route === 'GET /chat/events') return streamChat(world, visitor(url.searchParams.get('language')).chat, response);
  if (request.method === 'GET' && url.pathname.startsWith('/chat/pictures/')) {
    const picture = world.files.get(url.pathname.slice('/chat/pictures/'.length));
    if (!picture) return void json(404, { error: 'no such picture' });
    response.writeHead(200, { 'content-type': picture.type, 'cache-control': 'private, max-age=3600' });
    return void response.end(picture.bytes);
  }
  if (request.method !== 'POST') return void json(404, { error: 'not found' });
  // Other pages of the same browser must not write to the bot: JSON from this very page only.
  const own = request.headers.origin === `http://${request.headers.host}`;
  if (!own || !request.headers['content-type']?.startsWith('application/json'))
    return void json(403, { error: 'not from this page' });
  const body = JSON.parse((await readBytes(request, 100_000)).toString('utf8')) as Record<string, unknown>;
  const guest = visitor(String(body['language'] ?? 'en'));
  if (route === 'POST /chat/send' && typeof body['text'] === 'string' && body['text'].trim() !== '') {
    guest.send(body['text']);
    return void json(200, { ok: true });
  }
  if (route === 'POST /chat/press') {
    const message = guest.chat.messages.get(Number(body['message']));
    if (!message) return void json(404, { error: 'no such message' });
    return void json(200, { press: guest.pressData(String(body['data'] ?? ''), message).id });
  }
  json(404, { error: 'not found' });
}

/** The whole chat after every change, as server-sent events; one page needs no more. */
function streamChat(world: World, chat: StoredChat, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let planned = false;
  const write = () => {
    planned = false;
    response.write(`data: ${JSON.stringify(snapshot(world, chat))}\n\n`);
  };
  const stop = world.onChange(() => {
    if (planned) return;
    planned = true;
    setImmediate(write);
  });
  response.once('close', stop);
  write();
}

function snapshot(world: World, { chat, messages }: StoredChat) {
  return {
    bot: { name: world.bot.first_name, username: world.bot.username },
    commands: commandsFor(world, chat.id),
    messages: [...messages.values()].map(({ id, from, date, text, entities, picture, keyboard, edits }) => ({
      id,
      own: from !== undefined,
      date,
      text,
      entities,
      edits,
      picture: picture && { id: picture.fileId, width: picture.picture.width, height: picture.picture.height },
      rows: keyboard?.inline_keyboard.map((row) =>
        row.map((button) => ({
          text: button.text,
          ...('callback_data' in button ? { data: button.callback_data } : {}),
          ...('url' in button ? { url: button.url } : {}),
        })),
      ),
    })),
    answers: [...world.presses.values()]
      .filter(({ chatId }) => chatId === chat.id)
      .slice(-20)
      .map(({ id, answer }) => ({ id, answer })),
  };
}
