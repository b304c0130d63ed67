import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { packFile, packingFor } from './compress.ts';
import { contentSecurityPolicy } from './security-headers.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** Serves the built pages. Returns whether it answered. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;

/**
 * Files of `root`; an address that names none, and looks like a page, gets `index.html`, whose router knows it. Names are kept
 * inside `root` by normalising before joining, and only kinds of files that a build makes are given out.
 */
export function createStaticFiles(root: string): StaticFiles {
  return async (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const asked = await fileOf(root, path);
    if (asked) {
      const asset = path.startsWith('/assets/');
      await send(request, response, asked, asset ? 'public, max-age=31536000, immutable' : 'no-cache');
      return true;
    }
    if (extname(path) !== '' || path.includes('/.') || path.startsWith('/assets/')) return false;
    const page = (await fileOf(root, `${path}/index.html`)) ?? (await fileOf(root, '/index.html'));
    if (!page) return false;
    await send(request, response, page, 'no-cache');
    return true;
  };
}

interface Found {
  file: string;
  type: string;
  size: number;
  modifiedMs: number;
}

async function fileOf(root: string, path: string): Promise<Found | undefined> {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const type = types[extname(name)];
  if (!type || name.includes('\0') || name.split(/[\\/]/).some((part) => part.startsWith('.'))) return undefined;
  const file = join(root, normalize(name));
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  try {
    const found = await stat(file);
    return found.isFile() ? { file, type, size: found.size, modifiedMs: found.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  found: Found,
  cacheControl: string,
): Promise<void> {
  const tag = `"${found.size.toString(36)}-${Math.floor(found.modifiedMs).toString(36)}"`;
  response.setHeader('cache-control', cacheControl);
  response.setHeader('etag', tag);
  response.setHeader('content-type', found.type);
  const html = found.type.startsWith('text/html');
  const page = html ? await readFile(found.file) : undefined;
  if (page)
    response.setHeader('content-security-policy', contentSecurityPolicy(inlineScriptHashes(page.toString('utf8'))));
  const packing = isText(found) ? packingFor(request.headers['accept-encoding']) : undefined;
  if (isText(found)) response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  if (packing) {
    const bytes = await packFile(found.file, found.modifiedMs, packing);
    response.setHeader('content-encoding', packing);
    response.setHeader('content-length', bytes.length);
    response.writeHead(200);
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  response.setHeader('content-length', page?.length ?? found.size);
  response.writeHead(200);
  if (request.method === 'HEAD') response.end();
  else if (page) response.end(page);
  else {
    const stream = createReadStream(found.file);
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  }
}

/** Whether a file gets smaller by packing. */
const isText = ({ type, size }: Found): boolean => size > 1_024 && /^text\/|json|svg|wasm/.test(type);

/** Hashes of the scripts that stand in a page itself, as its policy names them. */
function inlineScriptHashes(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script = '']) =>
    createHash('sha256').update(script).digest('base64'),
  );
}
