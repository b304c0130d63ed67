import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import { createShop, type FakeShop } from './fake-shop.ts';

/** An account of the fake graph. */
export interface FakeAccount {
  id: string;
  email: string;
  name: string;
  role: 'VIEWER' | 'ANALYST' | 'MARKETER' | 'ADMIN';
  scopes: string[];
}

export const analyst: FakeAccount = {
  id: 'account-1',
  email: 'anna@example.com',
  name: 'Anna',
  role: 'ANALYST',
  scopes: ['analytics:read', 'customers:read', 'personal:read', 'models:train'],
};

export const viewer: FakeAccount = {
  id: 'account-2',
  email: 'victor@example.com',
  name: 'Victor',
  role: 'VIEWER',
  scopes: ['analytics:read', 'customers:read'],
};

/** How the fake graph answers: as it should, with an HTTP status, with text that is no JSON, not at all, or a cut connection. */
export type Mood = 'well' | number | 'nonsense' | 'silent' | 'cut';

/** A graph over HTTP with the real API schema and a small made-up shop; it validates each operation and checks who asks. */
export interface FakeGraph extends AsyncDisposable {
  url: string;
  serviceToken: string;
  shop: FakeShop;
  /** Codes that can be redeemed, each once. */
  codes: Map<string, FakeAccount>;
  /** Chats and their accounts. */
  links: Map<string, FakeAccount>;
  /** Names of the operations asked, in order. */
  operations: string[];
  /** Life of the tokens that it gives out. */
  tokenSeconds: number;
  /** Tokens given out before are not accepted any more. */
  revokeTokens(): void;
  mood: Mood;
  /** Root fields whose subgraph is down. */
  down: Set<string>;
}

interface Caller {
  scopes: readonly string[];
  account?: FakeAccount;
}

const sdl = readFileSync(join(import.meta.dirname, '../../schema/api.graphql'), 'utf8');

export async function startFakeGraph(now: () => Date): Promise<FakeGraph> {
  const schema = buildSchema(sdl);
  const shop = createShop();
  const tokens = new Map<string, { account: FakeAccount; expiresAt: number }>();
  let issued = 0;

  const need = (caller: Caller, scope: string) => {
    if (!caller.scopes.includes(scope))
      throw new GraphQLError(`It needs ${scope}.`, { extensions: { code: 'FORBIDDEN' } });
  };
  const root = {
    ...Object.fromEntries(
      Object.entries(shop.root).map(([field, resolve]) => [
        field,
        (args: never, caller: Caller) => {
          if (graph.down.has(field)) {
            throw new GraphQLError('It is down.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
          }
          need(caller, field.startsWith('customer') ? 'customers:read' : 'analytics:read');
          return resolve(args, (scope: string) => need(caller, scope));
        },
      ]),
    ),
    linkTelegramChat: ({ chatId, code }: { chatId: string; code: string }, caller: Caller) => {
      need(caller, 'internal:bot');
      const account = graph.codes.get(code);
      if (!account) return { __typename: 'InvalidInput', code: 'CODE_INVALID', message: 'No such code.', path: 'code' };
      graph.codes.delete(code);
      graph.links.set(chatId, account);
      return { __typename: 'LinkedTelegramChat', account };
    },
    telegramChatToken: ({ chatId }: { chatId: string }, caller: Caller) => {
      need(caller, 'internal:bot');
      const account = graph.links.get(chatId);
      if (!account) return null;
      const token = `token-${++issued}`;
      const expiresAt = now().getTime() + graph.tokenSeconds * 1000;
      tokens.set(token, { account, expiresAt });
      return { token, expiresAt: new Date(expiresAt).toISOString(), account };
    },
    unlinkTelegramChat: ({ chatId }: { chatId: string }, caller: Caller) => {
      need(caller, 'internal:bot');
      return graph.links.delete(chatId);
    },
  };

  const callerOf = (header: string | undefined): Caller | undefined => {
    const bearer = header?.replace(/^Bearer /, '') ?? '';
    if (bearer === graph.serviceToken) return { scopes: ['internal:bot'] };
    const known = tokens.get(bearer);
    if (!known || known.expiresAt <= now().getTime()) return undefined;
    return { scopes: known.account.scopes, account: known.account };
  };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { query, variables, operationName } = JSON.parse(text) as {
      query: string;
      variables: Record<string, unknown>;
      operationName: string;
    };
    graph.operations.push(operationName);
    const { mood } = graph;
    if (mood === 'silent') return;
    if (mood === 'cut') return void response.destroy();
    if (typeof mood === 'number') return void response.writeHead(mood).end('<h1>no</h1>');
    if (mood === 'nonsense') return void response.writeHead(200).end('<html>proxy</html>');
    const send = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const caller = callerOf(request.headers.authorization);
    if (!caller) {
      return void send({ errors: [{ message: 'Sign in first.', extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    const document = parse(query);
    const faults = validate(schema, document);
    if (faults.length > 0) return void send({ errors: faults });
    send(
      await execute({
        schema,
        document,
        rootValue: root,
        contextValue: caller,
        variableValues: variables,
        operationName,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const graph: FakeGraph = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    serviceToken: 'cda_bot_of_the_tests',
    shop,
    codes: new Map(),
    links: new Map(),
    operations: [],
    tokenSeconds: 900,
    revokeTokens: () => tokens.clear(),
    mood: 'well',
    down: new Set(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return graph;
}
