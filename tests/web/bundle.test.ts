import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const dist = resolve(import.meta.dirname, '../../web/dist');
const page = (path: string) => readFileSync(join(dist, path), 'utf8');
const budgetBytes = 170_000;

// The test command builds the pages first; a run of single tests may not have.
describe.skipIf(!existsSync(join(dist, 'index.html')))('the built pages', () => {
  test('load at most 170 kB, compressed, before the first page is drawn; charts and playground come when they are needed', () => {
    const files = [...page('index.html').matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(1);
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    expect(files.filter((file) => /TimeSeries|graphiql|monaco/.test(file))).toEqual([]);
  });

  test.each(['index.html', 'graphiql/index.html'])(
    '%s holds one script of its own, the theme line, and names no other server',
    (path) => {
      const html = page(path);
      const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
        ([, script]) => script,
      );
      expect(inline).toHaveLength(1);
      expect(inline[0]).toContain('dataset.theme');
      expect(html).not.toMatch(/https?:\/\//);
    },
  );

  test('no style sheet carries fonts in itself: they are files, loaded where they are needed', () => {
    const sheets = [...page('graphiql/index.html').matchAll(/"(\/assets\/[^"]+\.css)"/g)].map(([, file]) =>
      page(file!),
    );
    expect(sheets.length).toBeGreaterThan(0);
    for (const sheet of sheets) expect(sheet).not.toContain('data:font');
  });
});
