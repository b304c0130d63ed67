import type { IncomingMessage, ServerResponse } from 'node:http';
import { packingFor, packText } from './compress.ts';

/** Sends a JSON answer. */
export function respondJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  type = 'application/json',
): void {
  respondText(response, status, JSON.stringify(body), headers, type);
}

/** Sends an answer that is JSON already. */
export function respondText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
  type: string,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...headers,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Shorter answers do not get smaller by packing, or not by what it costs. */
const packedFrom = 2_048;

/**
 * Sends an answer packed, where it is long and the client takes that. Not for what holds a secret beside words of the client: how small
 * it gets would tell of the secret.
 */
export async function respondPacked(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
  type: string,
): Promise<void> {
  response.appendHeader('vary', 'accept-encoding');
  const packing = text.length < packedFrom ? undefined : packingFor(request.headers['accept-encoding']);
  if (!packing) return respondText(response, status, text, headers, type);
  const bytes = await packText(text, packing);
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...headers,
    'content-type': `${type}; charset=utf-8`,
    'content-encoding': packing,
    'content-length': bytes.length,
  });
  response.end(bytes);
}
