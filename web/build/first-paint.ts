import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const placeholder = '/*theme*/';

/**
 * Puts the theme line into every page, so that the first paint has the right colours. It is the only script that stands in a
 * page itself; the gateway lets scripts of its own pages through by their hash, and no other.
 */
export function firstPaint(): Plugin {
  const line = readFileSync(join(import.meta.dirname, '../src/theme/first-paint.js'), 'utf8')
    .split('\n')
    .map((part) => part.trim())
    .join('');
  return {
    name: 'first-paint',
    transformIndexHtml: { order: 'pre', handler: (html) => html.replace(placeholder, () => line) },
  };
}
