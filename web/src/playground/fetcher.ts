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
