import { currencyDecimals } from '@cda/platform/events/money.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { AnomalyMetric } from '../entities/anomaly.ts';
import type { DailyJudgement } from '../ml/daily-detector.ts';
import { weekdayPlurals } from './weekday.ts';

interface StrangeDay {
  metric: AnomalyMetric;
  /** 0 is Monday. */
  weekday: number;
  currency: string;
  value: number;
  judgement: DailyJudgement;
  day: number;
}

/**
 * How a strange day's expected value came about. The weights of level and weekday add up to the expected value; the
 * distance of what was seen from it carries no weight.
 */
export function explainAnomaly({ metric, weekday, currency, value, judgement, day }: StrangeDay): StoredReason[] {
  const write = (amount: number): string => writeFigure(metric, amount, currency);
  const russian = (amount: number): string => write(amount).replace('.', ',').replaceAll(' ', '\u00a0');
  const [level, season, expected] = [judgement.level[day]!, judgement.season[day]!, judgement.expected[day]!];
  const more = season >= 0;
  const above = value >= expected;
  const distance = Math.abs(judgement.score[day]!).toFixed(1);
  const [low, high] = [judgement.low[day]!, judgement.high[day]!];
  return [
    {
      code: 'LEVEL',
      en: `An average day of the weeks before brought ${write(level)}.`,
      ru: `Средний день предыдущих недель приносил ${russian(level)}.`,
      weight: level,
    },
    {
      code: 'WEEKDAY',
      en: `${weekdayPlurals.en[weekday]} usually bring ${write(Math.abs(season))} ${more ? 'more' : 'less'}.`,
      ru: `По ${weekdayPlurals.ru[weekday]} обычно на ${russian(Math.abs(season))} ${more ? 'больше' : 'меньше'}.`,
      weight: season,
    },
    {
      code: 'DISTANCE',
      en: `It was ${write(value)}, ${distance} usual deviations ${above ? 'above' : 'below'} the expected ${write(expected)}; ${write(low)} to ${write(high)} is usual.`,
      ru: `Было ${russian(value)} — ${above ? 'выше' : 'ниже'} ожидаемых ${russian(expected)} на ${distance.replace('.', ',')} обычного отклонения; обычно от ${russian(low)} до ${russian(high)}.`,
      weight: null,
    },
  ];
}

const moneyMetrics: readonly AnomalyMetric[] = ['REVENUE', 'AVERAGE_ORDER_VALUE', 'DISCOUNTS', 'REFUNDS'];

/** A figure as people write it: money with its currency, shares in per cent, counts whole. */
function writeFigure(metric: AnomalyMetric, amount: number, currency: string): string {
  if (metric === 'CONVERSION_RATE') return `${(100 * amount).toFixed(1)} %`;
  if (moneyMetrics.includes(metric)) {
    const decimals = currencyDecimals(currency);
    return `${(amount / 10 ** decimals).toFixed(decimals)} ${currency}`;
  }
  return amount < 10 && !Number.isInteger(amount) ? amount.toFixed(1) : String(Math.round(amount));
}
