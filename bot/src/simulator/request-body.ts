import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from './api-error.ts';

/** Parameters of a call, and the files that came with it. */
export interface CallBody {
  parameters: Record<string, unknown>;
  files: Map<string, Uint8Array>;
}

const largestBody = 60_000_000;

/** Fields that stand as JSON text where the body is a form. */
const jsonFields = new Set([
  'reply_markup',
  'media',
  'link_preview_options',
  'commands',
  'scope',
  'allowed_updates',
  'entities',
]);

/** Reads what the Bot API takes: JSON, a form, a multipart form, or the query of a GET. */
export async function readCall(request: IncomingMessage, query: URLSearchParams): Promise<CallBody> {
  const files = new Map<string, Uint8Array>();
  const parameters: Record<string, unknown> = {};
  const take = (name: string, value: string) => {
    parameters[name] = jsonFields.has(name) ? parseJson(value) : value;
  };
  for (const [name, value] of query) take(name, value);
  if (request.method === 'GET') return { parameters, files };
  const type = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  if (bytes.length === 0) return { parameters, files };
  if (type.startsWith('application/json')) {
    const body = parseJson(bytes.toString('utf8'));
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw badRequest('request body is not a JSON object');
    return { parameters: { ...parameters, ...body }, files };
  }
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) {
    throw badRequest(`content type "${type}" is not supported`);
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  for (const [name, value] of form) {
    if (typeof value === 'string') take(name, value);
    else files.set(name, new Uint8Array(await value.arrayBuffer()));
  }
  return { parameters, files };
}

/** The whole body, up to a bound. */
export async function readBytes(request: IncomingMessage, limit = largestBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("can't parse JSON");
  }
}
