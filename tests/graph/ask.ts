import type { GraphQLFormattedError } from 'graphql';

/** An answer of the gateway. */
export interface Answer {
  status: number;
  headers: Headers;
  data: Record<string, unknown> | null | undefined;
  errors: readonly GraphQLFormattedError[] | undefined;
  /** `extensions.code` of each error. */
  codes: unknown[];
}

export interface Question {
  token?: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Sends one operation to a gateway by POST. */
export async function ask(url: string, query: string, { token, variables, headers }: Question = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, ...(variables ? { variables } : {}) }),
  });
  const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  return {
    status: response.status,
    headers: response.headers,
    data,
    errors,
    codes: (errors ?? []).map((error) => error.extensions?.['code']),
  };
}

/** Opens a subscription as server-sent events, and gives its first result; none within half a second is an answer without anything. */
export async function askLive(url: string, query: string, token?: string): Promise<Answer> {
  const leave = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
    signal: leave.signal,
  });
  const toAnswer = ({ data, errors }: Pick<Answer, 'data' | 'errors'>): Answer => ({
    status: response.status,
    headers: response.headers,
    data,
    errors,
    codes: (errors ?? []).map((error) => error.extensions?.['code']),
  });
  if (!response.ok) return toAnswer((await response.json()) as Pick<Answer, 'data' | 'errors'>);
  const timer = setTimeout(() => leave.abort(), 500);
  let text = '';
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      const data = /^data: (.+)\n\n/m.exec(text)?.[1];
      if (data) return toAnswer(JSON.parse(data) as Pick<Answer, 'data' | 'errors'>);
    }
  } catch {
    // Nothing has happened meanwhile.
  } finally {
    clearTimeout(timer);
    leave.abort();
  }
  return toAnswer({ data: undefined, errors: undefined });
}

/** A root field of an answer that must be there. */
export function field<Value>(answer: Answer, name: string): Value {
  const value = answer.data?.[name];
  if (value === undefined || value === null) throw new Error(`No ${name}: ${JSON.stringify(answer.errors)}`);
  return value as Value;
}
