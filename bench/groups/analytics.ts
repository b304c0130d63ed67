import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRandom } from '@cda/platform/ml/random.ts';
import { train } from '../../subgraphs/analytics/src/ml/anomaly-estimator.ts';
import { scoreStream } from '../../subgraphs/analytics/src/ml/stream-detector.ts';
import { loadNab } from '../../tests/subgraphs/analytics/nab-data.ts';
import { bestThreshold, crossValidatedScore } from '../../tests/subgraphs/analytics/nab-score.ts';
import { loadOnlineRetailDays } from '../../tests/subgraphs/analytics/online-retail-days.ts';
import { type BenchGroup, measured } from '../measurement.ts';

const folder = process.env['CDA_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');
const nab = { data: join(folder, 'nab-dev.csv.gz'), windows: join(folder, 'nab-dev-windows.json') };
const onlineRetail = join(folder, 'online-retail-2010-2011.csv.gz');

const missing = (path: string): void => {
  process.stderr.write(`skipped: ${path} is not at hand (CDA_DATA names another folder)\n`);
};

/** How well strange days and rows are found. */
export const analyticsGroup: BenchGroup = {
  name: 'analytics',
  about: "anomalies: Numenta's score at thresholds chosen elsewhere, planted days on Online Retail",
  async *run() {
    if (existsSync(nab.data) && existsSync(nab.windows)) {
      const corpus = loadNab(nab.data, nab.windows);
      const scores = corpus.map((series) => scoreStream(series.times, series.values));
      const random = createRandom(1);
      const chance = corpus.map((series) => series.values.map(() => random.next()));
      const repeating = corpus.map((series) =>
        scoreStream(series.times, series.values, { refractoryDays: 0, margin: -1 }),
      );
      yield measured(
        'NAB standard score, threshold chosen on all other series',
        [crossValidatedScore(corpus, scores, [...corpus.keys()]), ''],
        ['mark of a smoothed seasonal detector', 48.6],
        { text: '> 48.6', met: (value) => value > 48.6 },
      );
      yield measured(
        'NAB standard score, best threshold',
        [bestThreshold(corpus, scores).score, ''],
        ['without suppressing repeats', bestThreshold(corpus, repeating).score],
      );
      yield measured(
        'NAB standard score, best threshold',
        [bestThreshold(corpus, scores).score, ''],
        ['chance', bestThreshold(corpus, chance).score],
      );
    } else missing(nab.data);
    if (!existsSync(onlineRetail)) return missing(onlineRetail);
    const { input } = await loadOnlineRetailDays(onlineRetail);
    const { primary, metrics } = train(input, { seed: 1, progress: () => {} });
    yield measured('Online Retail, planted days found', [primary.value, ''], [primary.baselineName, primary.baseline], {
      text: '> 1 ×',
      met: (_, ratio) => ratio > 1,
    });
    yield measured(
      "Online Retail, error of the next day's expected value",
      [metrics['expectedErrorAgainstLastWeek']!, ''],
      ['same weekday a week before', 1],
      { text: '< 1 ×', met: (_, ratio) => ratio < 1 },
    );
  },
};
