import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { type BotLocale, languageTags } from '../i18n/locale.ts';
import { GraphFault, kindOfCode } from './graph-fault.ts';

/** What the graph answered: the data, and whether a part of it is missing because its owner did not answer. */
export interface Answer<Data> {
  data: Data;
  partial: boolean;
}

/** Asks the gateway over HTTP, as whoever the token stands for. */
export interface Graph {
  /** @throws GraphFault where nothing of the operation was answered. */
  ask<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    as: { token: string; locale: BotLocale },
  ): Promise<Answer<Data>>;
}

/** Where the graph is, and how long to wait for it. */
export interface GraphOptions {
  url: string;
  timeoutMs?: number;
  fetch?: typeof fetch;
}

interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: unknown } }[];
}

const largestAnswerBytes = 4_000_000;

/** The graph behind a URL. A silent or broken gateway becomes a `GraphFault` within the time limit. */
export function createGraph({ url, timeoutMs = 10_000, fetch: send = fetch }: GraphOptions): Graph {
  const texts = new WeakMap<DocumentNode, { query: string; operationName: string | undefined }>();
  const textOf = (document: DocumentNode) => {
    const known = texts.get(document);
    if (known) return known;
    const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
    const made = { query: print(document), operationName: operation?.name?.value };
    texts.set(document, made);
    return made;
  };
  return {
    async ask(document, variables, { token, locale }) {
      const body = JSON.stringify({ ...textOf(document), variables });
      const response = await reach(send, url, timeoutMs, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          'accept-language': languageTags[locale],
          authorization: `Bearer ${token}`,
          'apollographql-client-name': 'telegram-bot',
        },
        body,
      });
      const answer = parse(response.status, response.text);
      const data = answer.data;
      const errors = answer.errors ?? [];
      const first = errors[0];
      const empty = !data || Object.values(data).every((value) => value === null);
      if (first && empty) {
        throw new GraphFault(
          kindOfCode(first.extensions?.code),
          `The graph refused "${textOf(document).operationName}": ${first.message}`,
        );
      }
      if (!data) throw new GraphFault('UNEXPECTED', `The graph answered ${response.status} without data.`);
      return { data: data as never, partial: errors.length > 0 };
    },
  };
}

async function reach(
  send: typeof fetch,
  url: string,
  timeoutMs: number,
  init: RequestInit,
): Promise<{ status: number; text: string }> {
  try {
    const response = await send(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await readText(response) };
  } catch (error) {
    if (error instanceof GraphFault) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new GraphFault(
      'UNREACHABLE',
      `The graph at ${url} does not answer (${error instanceof Error ? error.message : 'unknown'}${cause}).`,
    );
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestAnswerBytes)
      throw new GraphFault('UNEXPECTED', `The graph's answer is larger than ${largestAnswerBytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(status: number, text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)) return body as Body;
  if (status === 401) throw new GraphFault('UNAUTHENTICATED', 'The gateway answered 401.');
  if (status === 403) throw new GraphFault('FORBIDDEN', 'The gateway answered 403.');
  if (status === 429) throw new GraphFault('BUSY', 'The gateway answered 429.');
  if (status >= 500) throw new GraphFault(status === 503 ? 'BUSY' : 'UNREACHABLE', `The gateway answered ${status}.`);
  throw new GraphFault('UNEXPECTED', `The gateway answered ${status} with something that is not GraphQL.`);
}
