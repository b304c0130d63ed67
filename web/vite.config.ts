import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { extractFonts } from './build/extract-fonts.ts';
import { firstPaint } from './build/first-paint.ts';
import { inlineOperations } from './build/inline-operations.ts';

/** `API_URL` is the running system that `vite` (development) passes the graph and the session on to. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [inlineOperations(), react(), firstPaint(), extractFonts()],
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/session', '/sign-in?code'].map((path) => [path, { target: api, ws: path === '/graphql' }]),
    ),
  },
  build: {
    outDir: 'dist',
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4_000,
    rolldownOptions: {
      // The playground's packages carry directives for a compiler that is not ours.
      onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
      input: {
        index: join(import.meta.dirname, 'index.html'),
        graphiql: join(import.meta.dirname, 'graphiql/index.html'),
      },
    },
  },
});
