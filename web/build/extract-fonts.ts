import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const embedded = /url\(["']?data:font\/(woff2?|ttf);base64,([A-Za-z0-9+/=]+)["']?\)/g;

/**
 * Moves fonts that a style sheet carries as `data:` addresses (the playground's does) into files of their own: only those
 * that a page needs are then loaded, and its content security policy need not let fonts in by any other way.
 */
export function extractFonts(): Plugin {
  return {
    name: 'extract-fonts',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        file.source = String(file.source).replace(embedded, (_match, extension: string, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const name = createHash('sha256').update(source).digest('hex').slice(0, 10);
          this.emitFile({ type: 'asset', fileName: `assets/font-${name}.${extension}`, source });
          return `url(/assets/font-${name}.${extension})`;
        });
      }
    },
  };
}
