import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';
import { apiMethods } from './api-methods.ts';
import { answerChatPage } from './chat-page.ts';
import { Person, type PersonOptions } from './people.ts';
import { readCall } from './request-body.ts';
import { type StoredChat, World } from './world.ts';

export { Person } from './people.ts';
export type { StoredChat, StoredMessage, StoredPress } from './world.ts';

/** Where the simulator listens, and for which bot. */
export interface SimulatorOptions {
  /** Any free port where none is given. */
  port?: number;
  host?: string;
  token?: string;
  username?: string;
  now?: () => Date;
}

/** A refusal that the next calls of a method get. */
export interface Failure {
  code: number;
  description: string;
  parameters?: Record<string, number>;
  times?: number;
  /** Cuts the connection instead of answering. */
  cut?: boolean;
}

/** One call that the bot made. */
export interface RecordedCall {
  method: string;
  parameters: Record<string, unknown>;
  outcome: 'ok' | string;
}

/** Telegram for one bot, on this machine: its Bot API over HTTP, and a page to chat with the bot. */
export interface TelegramSimulator extends AsyncDisposable {
  /** What the bot takes for Telegram: `apiRoot` of its configuration. */
  readonly apiRoot: string;
  /** The chat page. */
  readonly url: string;
  readonly token: string;
  readonly world: World;
  /** Every call so far, oldest first; the last 1,000. */
  readonly calls: readonly RecordedCall[];
  person(options: PersonOptions): Person;
  /** A group with the bot and these people in it; the first is its owner. */
  group(id: number, title: string, people: readonly Person[]): StoredChat;
  /** Makes the next calls of a method fail. */
  fail(method: string, failure: Failure): void;
  /** Waits until something holds; looks after every change. Rejects with `what` when it does not come to be. */
  until<T>(what: string, look: () => T | undefined | false, timeoutMs?: number): Promise<T>;
}

const defaultToken = '4242424242:simulated-bot-token-for-this-machine';

/** Starts the simulator. It listens on the loopback unless told otherwise: whoever reaches it can write to the bot. */
export async function startTelegramSimulator(options: SimulatorOptions = {}): Promise<TelegramSimulator> {
  const { host = '127.0.0.1', token = defaultToken, username = 'shop_data_bot', now = () => new Date() } = options;
  const world = new World({ token, username, now });
  const calls: RecordedCall[] = [];
  const failures = new Map<string, Failure & { times: number }>();
  const person = (wanted: PersonOptions): Person => new Person(world, wanted);
  const page = loadPage();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    try {
      const call = /^\/bot([^/]+)\/(?:test\/)?(\w+)$/.exec(url.pathname);
      if (call) await answerCall(request, response, url, call[1] ?? '', call[2] ?? '');
      else await answerChatPage({ world, person, page, request, response, url });
    } catch (error) {
      send(response, 500, {
        ok: false,
        error_code: 500,
        description: `Internal Server Error: ${(error as Error).message}`,
      });
    }
  });

  async function answerCall(request: IncomingMessage, response: ServerResponse, url: URL, given: string, name: string) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let parameters: Record<string, unknown> = {};
    const record = (outcome: string) => {
      calls.push({ method: name, parameters, outcome });
      if (calls.length > 1_000) calls.shift();
      world.changed();
    };
    try {
      if (given !== token) throw new ApiError(401, 'Unauthorized');
      const method = Object.entries(apiMethods).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
      if (!method) throw new ApiError(404, 'Not Found: method not found');
      const body = await readCall(request, url.searchParams);
      parameters = body.parameters;
      if (failIfAsked(name, response)) return record('cut');
      const result = await method({ world, ...body, gone: gone.signal });
      send(response, 200, { ok: true, result });
      record('ok');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message, parameters: more } = error;
      send(response, code, {
        ok: false,
        error_code: code,
        description: message,
        ...(more ? { parameters: more } : {}),
      });
      record(message);
    }
  }

  /** True where the connection was cut. */
  function failIfAsked(name: string, response: ServerResponse): boolean {
    const failure = failures.get(name);
    if (!failure) return false;
    if (--failure.times <= 0) failures.delete(name);
    if (!failure.cut) throw new ApiError(failure.code, failure.description, failure.parameters);
    response.destroy();
    return true;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    apiRoot: address,
    url: address,
    token,
    world,
    calls,
    person,
    group(id, title, members) {
      const group = world.openChat({ id, type: 'group', title });
      for (const [index, { user }] of members.entries()) group.members.set(user.id, index === 0 ? 'creator' : 'member');
      return group;
    },
    fail(method, failure) {
      failures.set(method, { times: 1, ...failure });
    },
    until(what, look, timeoutMs = 20_000) {
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          stop();
          settle();
        };
        const check = () => {
          try {
            const found = look();
            if (found !== undefined && found !== false) end(() => resolve(found));
          } catch (error) {
            end(() => reject(error));
          }
        };
        const timer = setTimeout(() => end(() => reject(new Error(`It did not come to be: ${what}.`))), timeoutMs);
        const stop = world.onChange(check);
        check();
      });
    },
    async [Symbol.asyncDispose]() {
      world.close();
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The chat page and a policy that lets nothing run but its own script and style. */
function loadPage(): { html: string; policy: string } {
  const html = readFileSync(join(import.meta.dirname, 'chat-page.html'), 'utf8');
  const hashOf = (tag: string) => {
    const inside = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`;
  };
  return {
    html,
    policy: `default-src 'none'; script-src ${hashOf('script')}; style-src ${hashOf('style')}; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}
