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

/** A root field of an answer that must be there. */
export function field<Value>(answer: Answer, name: string): Value {
  const value = answer.data?.[name];
  if (value === undefined || value === null) throw new Error(`No ${name}: ${JSON.stringify(answer.errors)}`);
  return value as Value;
}
