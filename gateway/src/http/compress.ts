import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { BoundedMap } from '@cda/platform/bounded-map.ts';

export type Packing = 'br' | 'gzip';

const packers: Readonly<Record<Packing, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: (bytes) => promisify(gzip)(bytes),
  // Quality 5 packs as fast as gzip and better; built files are packed once for all who ask.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

const packed = new BoundedMap<string, Promise<Buffer>>(500);

/** The packing to send a text in: the best that the client takes; undefined where it takes none. */
export function packingFor(acceptEncoding: string | string[] | undefined): Packing | undefined {
  const taken = String(acceptEncoding ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0+)?\s*$/.test(part))
    .map((part) => part.split(';')[0]?.trim().toLowerCase());
  return taken.includes('br') ? 'br' : taken.includes('gzip') ? 'gzip' : undefined;
}

/** A text, packed fast: it is packed for one who asks, once. */
export const packText = (text: string, packing: Packing): Promise<Buffer> => fastPackers[packing](Buffer.from(text));

const fastPackers: typeof packers = {
  gzip: (bytes) => promisify(gzip)(bytes, { level: 4 }),
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
};

/** A file, packed; done once for each state of the file. */
export function packFile(file: string, modifiedMs: number, packing: Packing): Promise<Buffer> {
  const key = `${packing}:${modifiedMs}:${file}`;
  let bytes = packed.get(key);
  if (!bytes) {
    bytes = readFile(file).then(packers[packing]);
    packed.set(key, bytes);
    bytes.catch(() => packed.delete(key));
  }
  return bytes;
}
