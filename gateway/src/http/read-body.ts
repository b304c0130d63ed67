import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { HttpError } from './http-error.ts';

/** Longest body of a GraphQL request, sent or inflated. */
export const bodyLimitBytes = 1024 * 1024;

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const;

const tooLarge = (limit: number): HttpError =>
  new HttpError(413, 'PAYLOAD_TOO_LARGE', `The body is larger than ${Math.round(limit / 1024)} KB. Send less at once.`);

/** The body of a request as text. Throws HttpError where it is too long (also when inflated), badly packed or not UTF-8. */
export async function readBody(request: IncomingMessage, limit = bodyLimitBytes): Promise<string> {
  const bytes = await unpack(await collect(request, limit), request.headers['content-encoding'], limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, 'BAD_REQUEST', 'The body is not UTF-8.');
  }
}

/**
 * The bytes of a body. Where they are too many, the rest is read and thrown away (for as long as the server's request time-out
 * allows), because a connection that is cut while the client still writes takes the answer with it.
 */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = Number(request.headers['content-length']) > limit ? Number.POSITIVE_INFINITY : 0;
    const take = (chunk?: Buffer): void => {
      length += chunk?.length ?? 0;
      if (length <= limit) {
        if (chunk) chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(tooLarge(limit));
    };
    request.on('data', take);
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    take();
  });
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
