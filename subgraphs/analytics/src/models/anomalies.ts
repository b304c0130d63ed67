import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { AnomalyMetric, AnomalyRank } from '../entities/anomaly.ts';
import { loadDailySeries, type ShopDays } from '../features/daily-series.ts';
import { addDays } from '../loaders/period.ts';
import type { AnomalyInput, FittedSeries } from '../ml/anomaly-estimator.ts';
import { explainAnomaly } from './anomaly-reasons.ts';
import { weekdayOf } from './weekday.ts';

/** Whole days below which a weekday has not been seen often enough to be judged, on either side of the hold-out. */
const neededDays = 70;

interface Input extends AnomalyInput {
  shop: { firstDay: string; currency: string };
}

/** Days on which a figure of the shop was far from what was to be expected. */
export const anomalies = defineModel<Input, FittedSeries[]>({
  name: 'anomalies',
  title: modelTitles['analytics.anomalies']!,
  estimator: new URL('../ml/anomaly-estimator.ts', import.meta.url),
  tables: ['analytics.anomaly'],
  load: async ({ db, asOf }) => {
    const { firstDay, days, currency, series } = await loadDailySeries(db, asOf);
    const longest = Math.max(0, ...series.map((one) => one.values.filter((value) => !Number.isNaN(value)).length));
    if (firstDay === null || longest < neededDays) {
      return notEnoughData(longest, neededDays, {
        en: `Whole days of figures: ${Math.min(days, longest)}; ${neededDays} are needed.`,
        ru: `Полных дней с показателями: ${Math.min(days, longest)}, нужно ${neededDays}.`,
      });
    }
    return { firstWeekday: weekdayOf(firstDay), series, shop: { firstDay, currency } };
  },
  save: async ({ tx, version, fitted, input, asOf }) => {
    const rows = fitted.flatMap(({ name, judgement }) => {
      const { values } = input.series.find((one) => one.name === name) as ShopDays['series'][number];
      return [...judgement.alarm.keys()]
        .filter((day) => judgement.alarm[day] === 1)
        .map((day) => ({
          metric: name,
          day: addDays(input.shop.firstDay, day),
          value: values[day],
          expected: judgement.expected[day],
          low: judgement.low[day],
          high: judgement.high[day],
          score: judgement.score[day],
          severity: rankOf(judgement.score[day]!),
          reasons: explainAnomaly({
            metric: name as AnomalyMetric,
            weekday: (input.firstWeekday + day) % 7,
            currency: input.shop.currency,
            value: values[day]!,
            judgement,
            day,
          }),
        }));
    });
    await tx.query('DELETE FROM analytics.anomaly');
    await tx.query(
      `INSERT INTO analytics.anomaly (metric, day, version_id, as_of, value, expected, low, high, score, severity, reasons)
       SELECT r.metric, r.day, $2, $3, r.value, r.expected, r.low, r.high, r.score, r.severity, r.reasons
       FROM json_to_recordset($1::json) AS r (metric text, day date, value double precision, expected double precision,
         low double precision, high double precision, score double precision, severity text, reasons jsonb)`,
      [JSON.stringify(rows), version.id, asOf],
    );
    return undefined;
  },
});

/** From 4 usual deviations a note, from 6 a warning, from 9 critical. */
function rankOf(score: number): AnomalyRank {
  const distance = Math.abs(score);
  return distance >= 9 ? 'CRITICAL' : distance >= 6 ? 'WARNING' : 'NOTICE';
}
