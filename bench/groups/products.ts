import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { train } from '../../subgraphs/products/src/ml/elasticity-estimator.ts';
import { estimatePooledElasticity } from '../../subgraphs/products/src/ml/pooled-elasticity.ts';
import { fitPriceResponse } from '../../subgraphs/products/src/ml/price-response.ts';
import { loadOnlineRetailPanel } from '../../tests/subgraphs/products/online-retail-panel.ts';
import { simulatePanel } from '../../tests/subgraphs/products/simulated-panel.ts';
import { type BenchGroup, measured } from '../measurement.ts';

const file = join(
  process.env['CDA_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data'),
  'online-retail-2010-2011.csv.gz',
);
const seeds = [1, 2, 3, 4, 5, 6];

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const error = (values: Float64Array, truth: Float64Array): number =>
  Math.sqrt(mean(values.map((value, p) => (value - truth[p]!) ** 2)));

/** How well elasticities are found where the truth is known, and how well they predict where it is not. */
export const productsGroup: BenchGroup = {
  name: 'products',
  about: 'elasticity: error on simulated panels of known truth; prediction of unseen weeks on Online Retail',
  async *run() {
    const runs = seeds.map((seed) => {
      const panel = simulatePanel({ seed });
      const fit = fitPriceResponse(panel, { family: 'log', eligible: new Uint8Array(panel.productCount).fill(1) });
      return {
        truth: mean(panel.truth),
        pooled: estimatePooledElasticity(panel)!.value,
        own: error(fit.ownElasticity, panel.truth),
        shrunk: error(fit.elasticity, panel.truth),
      };
    });
    const over = (of: (run: (typeof runs)[number]) => number): number => mean(runs.map(of));
    yield measured(
      'simulated 200 × 80, error per product (RMSE)',
      [over((run) => run.shrunk), ''],
      ["each product's own weeks", over((run) => run.own)],
      { text: '≤ 0.33', met: (value) => value <= 0.33 },
    );
    yield measured(
      'simulated 200 × 80, mean elasticity by fixed effects',
      [over((run) => run.pooled), ''],
      ['truth', over((run) => run.truth)],
      { text: 'within 5 %', met: (_, ratio) => Math.abs(ratio - 1) < 0.05 },
    );
    if (!existsSync(file)) {
      process.stderr.write(`skipped: ${file} is not at hand (CDA_DATA names another folder)\n`);
      return;
    }
    const panel = await loadOnlineRetailPanel(file);
    const { primary } = train(panel, { progress: () => {} });
    yield measured(`Online Retail, ${primary.name}`, [primary.value, ''], [primary.baselineName, primary.baseline], {
      text: '< 1 ×',
      met: (_, ratio) => ratio < 1,
    });
  },
};
