import type { StoredReason } from '@cda/platform/graph/values.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { loadDailySeries } from '../features/daily-series.ts';
import { addDays } from '../loaders/period.ts';
import type { AnomalyInput } from '../ml/anomaly-estimator.ts';
import { confidence, type FittedForecast } from '../ml/forecast-estimator.ts';
import { weekdayOf, weekdayPlurals } from './weekday.ts';

/** Days below which there are too few origins to choose rates on, and none to judge them by. */
const neededDays = 150;

interface Input extends AnomalyInput {
  shop: { firstDay: string; days: number };
}

/** What the coming days are expected to bring. */
export const forecast = defineModel<Input, FittedForecast[]>({
  name: 'forecast',
  title: modelTitles['analytics.forecast']!,
  estimator: new URL('../ml/forecast-estimator.ts', import.meta.url),
  tables: ['analytics.forecast'],
  load: async ({ db, asOf }) => {
    const { firstDay, days, series } = await loadDailySeries(db, asOf);
    const longest = Math.max(0, ...series.map(({ values }) => daysSinceFirst(values)));
    if (firstDay === null || longest < neededDays) {
      return notEnoughData(longest, neededDays, {
        en: `Whole days of figures: ${longest}; ${neededDays} are needed.`,
        ru: `Полных дней с показателями: ${longest}, нужно ${neededDays}.`,
      });
    }
    return { firstWeekday: weekdayOf(firstDay), series, shop: { firstDay, days } };
  },
  save: async ({ tx, version, fitted, input, asOf }) => {
    const { firstDay, days } = input.shop;
    const rows = fitted.flatMap((one) =>
      Array.from(one.expected, (expected, h) => ({
        metric: one.name,
        day: addDays(firstDay, days + h),
        expected,
        low: one.low[h],
        high: one.high[h],
        reasons: explain(one, h, (input.firstWeekday + days + h) % 7),
      })),
    );
    await tx.query('DELETE FROM analytics.forecast');
    await tx.query(
      `INSERT INTO analytics.forecast (metric, day, version_id, as_of, confidence, expected, low, high, reasons)
       SELECT r.metric, r.day, $2, $3, $4, r.expected, r.low, r.high, r.reasons
       FROM json_to_recordset($1::json) AS r (metric text, day date, expected double precision, low double precision,
         high double precision, reasons jsonb)`,
      [JSON.stringify(rows), version.id, asOf, confidence],
    );
    return undefined;
  },
});

/** Days from the first with a value on. */
function daysSinceFirst(values: Float64Array): number {
  const first = values.findIndex((value) => value > 0);
  return first < 0 ? 0 : values.length - first;
}

/** What a day's expected value is made of; the weights add up to it, in the figure's unit. */
function explain({ level, week, year }: FittedForecast, h: number, weekday: number): StoredReason[] {
  const reasons: StoredReason[] = [
    {
      code: 'LEVEL',
      en: 'An average day of late, with its trend carried on.',
      ru: 'Средний день последнего времени с продолжением тренда.',
      weight: level[h]!,
    },
    {
      code: 'WEEKDAY',
      en: `${weekdayPlurals.en[weekday]} usually bring ${week[h]! >= 0 ? 'more' : 'less'}.`,
      ru: `По ${weekdayPlurals.ru[weekday]} обычно ${week[h]! >= 0 ? 'больше' : 'меньше'}.`,
      weight: week[h]!,
    },
    {
      code: 'YEAR',
      en: `Last year these weeks were ${year[h]! >= 0 ? 'stronger' : 'weaker'} than those before them.`,
      ru: `В прошлом году эти недели были ${year[h]! >= 0 ? 'сильнее' : 'слабее'} предыдущих.`,
      weight: year[h]!,
    },
  ];
  return reasons.filter((reason) => reason.weight !== 0);
}
