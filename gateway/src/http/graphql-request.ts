import type { IncomingMessage } from 'node:http';
import { nestsDeeperThan } from '../guards/nesting.ts';
import { HttpError } from './http-error.ts';
import { readBody } from './read-body.ts';

/** The parameters of a GraphQL request over HTTP, each of the right kind. */
export interface GraphQLParameters {
  query: string | undefined;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  /** Hash of an automatic persisted query. */
  persistedHash: string | undefined;
}

/** Nested brackets of a JSON body; events and their properties need about ten. */
const jsonNesting = 60;

const bad = (message: string): HttpError => new HttpError(400, 'BAD_REQUEST', message);

/** Reads a GET's parameters from its address. Throws HttpError where they are no GraphQL request. */
export function readGet(url: URL): GraphQLParameters {
  const json = (name: string): unknown => {
    const text = url.searchParams.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `The parameter "${name}"`);
  };
  return toParameters({
    query: url.searchParams.get('query') ?? undefined,
    operationName: url.searchParams.get('operationName') || undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

/** Reads a POST's parameters from its body. Throws HttpError where they are no GraphQL request. */
export async function readPost(request: IncomingMessage): Promise<GraphQLParameters> {
  const [type, ...parameters] = (request.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') {
    throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.', {
      accept: 'application/json',
    });
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body in UTF-8.');
  }
  const body = parseJson(await readBody(request), 'The body');
  if (Array.isArray(body)) throw bad('Batches are not taken: send one operation in each request.');
  if (!isMap(body)) throw bad('The body must be a JSON object with a "query".');
  return toParameters(body);
}

function parseJson(text: string, what: string): unknown {
  if (nestsDeeperThan(text, jsonNesting, false)) throw bad(`${what} nests more than ${jsonNesting} levels.`);
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`${what} is not JSON.`);
  }
}

/** The parameters of a request, each of the right kind. Throws HttpError where they are none. */
export function toParameters({
  query,
  operationName,
  variables,
  extensions,
}: Record<string, unknown>): GraphQLParameters {
  if (query !== undefined && query !== null && typeof query !== 'string') throw bad('"query" must be a text.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw bad('"operationName" must be a text.');
  }
  if (variables !== undefined && variables !== null && !isMap(variables))
    throw bad('"variables" must be a JSON object.');
  if (extensions !== undefined && extensions !== null && !isMap(extensions))
    throw bad('"extensions" must be a JSON object.');
  const persisted = extensions?.['persistedQuery'];
  if (persisted !== undefined && persisted !== null) {
    if (!isMap(persisted) || persisted['version'] !== 1 || !/^[0-9a-f]{64}$/.test(String(persisted['sha256Hash']))) {
      throw bad('"extensions.persistedQuery" must be {"version": 1, "sha256Hash": "<64 hexadecimal digits>"}.');
    }
  }
  const persistedHash = isMap(persisted) ? String(persisted['sha256Hash']) : undefined;
  if (!query && persistedHash === undefined) throw bad('"query" is missing: send the text of an operation.');
  return {
    query: query || undefined,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    persistedHash,
  };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
