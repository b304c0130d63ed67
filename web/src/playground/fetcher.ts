import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { locales, preferredLocale } from '../i18n/locale.tsx';

interface Question {
  query: string;
  variables?: unknown;
  operationName?: string | null;
}

/** Asks the graph of this server, signed in by the session's cookie; headers typed in the playground come on top. */
export async function askGraph(question: Question, headers: Record<string, unknown> = {}): Promise<unknown> {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'apollo-require-preflight': '1',
      'x-cda-locale': locales[preferredLocale()].graph,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    },
    body: JSON.stringify(question),
  });
  return response.json();
}

/**
 * Which operation of the text is run, and of what kind. The editor names the one that it read a moment ago; where the text has no such
 * operation any more, its only one is meant. What cannot be read is sent as it is, and the graph says what is wrong with it.
 */
export function operationOf({ query, operationName }: Question): { name: string | null; follows: boolean } {
  try {
    const document = parse(query);
    const operation = getOperationAST(document, operationName) ?? getOperationAST(document);
    return { name: operation?.name?.value ?? null, follows: operation?.operation === 'subscription' };
  } catch {
    return { name: operationName ?? null, follows: false };
  }
}

/** Follows a subscription, signed in like `askGraph`; the editor ends it when the reader does. */
export async function* followGraph(
  question: Question,
  headers: Record<string, unknown> = {},
): AsyncGenerator<unknown, void, void> {
  const client = createClient({
    url: new URL('/graphql', window.location.href.replace(/^http/, 'ws')).href,
    connectionParams: { locale: locales[preferredLocale()].graph, ...headers },
    keepAlive: 20_000,
  });
  try {
    yield* client.iterate({
      query: question.query,
      variables: (question.variables ?? {}) as Record<string, unknown>,
      operationName: question.operationName ?? null,
    });
  } finally {
    await client.dispose();
  }
}
