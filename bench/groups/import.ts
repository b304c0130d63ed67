import { createReadStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { createPool } from '@cda/platform/database/pool.ts';
import { from as copyFrom } from 'pg-copy-streams';
import { importFile } from '../../cli/src/import/import-file.ts';
import { startBenchSystem } from '../bench-system.ts';
import { type BenchGroup, measured, timed } from '../measurement.ts';

const file = join(
  process.env['CDA_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data'),
  'online-retail-2010-2011.csv.gz',
);

/** Import of a real shop's year, against COPY of the same rows into a table without index. */
export const importGroup: BenchGroup = {
  name: 'import',
  about: 'rows/s of the import of Online Retail, against raw COPY; projections; models',
  async *run() {
    if (!existsSync(file)) {
      process.stderr.write(`skipped: ${file} is not at hand (CDA_DATA names another folder)\n`);
      return;
    }
    await using bench = await startBenchSystem();
    const raw = createPool(bench.adminUrl, { name: 'bench', max: 1, statementTimeoutMs: 0 });
    const ingest = createPool(bench.system.roleUrl('analytics'), { name: 'bench', statementTimeoutMs: 0 });
    try {
      await raw.query('CREATE TABLE public.raw_rows (a text, b text, c text, d text, e text, f text, g text, h text)');
      const client = await raw.connect();
      const [copyMs] = await timed(() =>
        pipeline(
          createReadStream(file),
          createGunzip(),
          client.query(copyFrom('COPY public.raw_rows FROM STDIN (FORMAT csv, HEADER)')),
        ),
      );
      client.release();
      const before = process.memoryUsage().rss;
      let peak = before;
      const [importMs, summary] = await timed(() =>
        importFile({
          path: file,
          pool: ingest,
          shop: { currency: 'GBP', timeZone: 'Europe/London' },
          progress: () => {
            peak = Math.max(peak, process.memoryUsage().rss);
          },
        }),
      );
      const rate = (ms: number): number => Math.round(summary.read / (ms / 1000));
      yield measured('import online-retail', [rate(importMs), 'rows/s'], ['raw COPY of the same rows', rate(copyMs)]);
      yield measured('import online-retail, whole file', [importMs / 1000, 's'], ['raw COPY', copyMs / 1000], {
        text: '≤ 30 s',
        met: (value) => value <= 30,
      });
      yield measured(
        'import online-retail, extra memory',
        [Math.round((peak - before) / 2 ** 20), 'MB'],
        ['goal', 400],
        {
          text: '≤ 400 MB',
          met: (value) => value <= 400,
        },
      );
    } finally {
      await Promise.all([raw.end(), ingest.end()]);
    }
  },
};
