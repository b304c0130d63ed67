import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import type { IalsOptions } from '../../subgraphs/recommendations/src/ml/ials.ts';

const pythons = [process.env['CDA_PYTHON'], '/usr/bin/python3', 'python3'].filter((path) => path !== undefined);

/** Seconds of a sweep of iALS in numpy on a matrix; undefined where no Python with numpy is at hand. */
export async function numpySweepSeconds(
  x: SparseMatrix,
  { factors, alpha, lambda, steps }: Pick<IalsOptions, 'factors' | 'alpha' | 'lambda' | 'steps'>,
  sweeps = 5,
): Promise<number | undefined> {
  const run = promisify(execFile);
  for (const python of pythons) {
    if (python.includes('/') && !existsSync(python)) continue;
    const hasNumpy = await run(python, ['-c', 'import numpy']).then(
      () => true,
      () => false,
    );
    if (!hasNumpy) continue;
    const folder = await mkdtemp(join(tmpdir(), 'cda-bench-numpy-'));
    try {
      for (const [prefix, matrix] of [
        ['', x],
        ['t', transpose(x)],
      ] as const) {
        await writeFile(join(folder, `${prefix}offsets.i32`), Int32Array.from(matrix.offsets));
        await writeFile(join(folder, `${prefix}indices.i32`), Int32Array.from(matrix.indices));
        await writeFile(join(folder, `${prefix}values.f32`), Float32Array.from(matrix.values));
      }
      const shape = [x.rows, x.columns, factors, alpha, lambda, steps, sweeps].map(String);
      const { stdout } = await run(python, [join(import.meta.dirname, 'ials_sweep.py'), folder, ...shape]);
      return Number(stdout);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}
