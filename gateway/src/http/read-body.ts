import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { HttpError } from './http-error.ts';

/** Longest body of a GraphQL request, sent or inflated. */
export const bodyLimitBytes = 1024 * 1024;

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const;

const tooLarge = (limit: number): HttpError =>
  new HttpError(
    413,
    'PAYLOAD_TOO_LARGE',
    `The body is larger than ${Math.round(limit / 1024)} KB. Send less at once.`,
    {
      connection: 'close',
    },
  );

/** The body of a request as text. Throws HttpError where it is too long (also when inflated), badly packed or not UTF-8. */
export async function readBody(request: IncomingMessage, limit = bodyLimitBytes): Promise<string> {
  if (Number(request.headers['content-length']) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const bytes = await unpack(Buffer.concat(chunks), request.headers['content-encoding'], limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, 'BAD_REQUEST', 'The body is not UTF-8.');
  }
}

async function unpack(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase();
  if (!name || name === 'identity') return bytes;
  if (name !== 'gzip' && name !== 'deflate' && name !== 'br') {
    throw new HttpError(415, 'UNSUPPORTED_ENCODING', 'Send the body plain, or packed by gzip, deflate or br.', {
      'accept-encoding': 'gzip, deflate, br',
    });
  }
  try {
    return await inflaters[name](bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new HttpError(400, 'BAD_REQUEST', `The body is not valid ${name}.`);
  }
}
