import { createRandom, type Random } from '@cda/platform/ml/random.ts';
import { quantile } from '@cda/platform/ml/robust-statistics.ts';
import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import { type DailyJudgement, defaultThreshold, judgeDays, learningDays, scoreValue } from './daily-detector.ts';

/** One figure by day. */
export interface DailySeries {
  name: string;
  /** n days, NaN where it has no value. */
  values: Float64Array;
  /** Smallest usual deviation on the scale of square roots. */
  floor: number;
  /** Largest possible value: 1 for a share. */
  ceiling: number;
}

export interface AnomalyInput {
  /** Weekday of the first day, 0 is Monday. */
  firstWeekday: number;
  series: DailySeries[];
}

export interface FittedSeries {
  name: string;
  levelRate: number;
  seasonRate: number;
  judgement: DailyJudgement;
}

const levelRates = [0.03, 0.06, 0.1, 0.18, 0.3];
const seasonRates = [0.05, 0.1, 0.2];
/** What a planted day is multiplied by: from nothing at all to three times as much. */
const planted = [0, 0.3, 0.5, 1.6, 2, 3];
const plantsPerSeries = 200;
const falseAlarms = 0.02;

/** Days kept back to judge a detector: a quarter, 28 to 120. */
export function holdOutDays(days: number): number {
  return Math.max(28, Math.min(120, Math.round(days / 4)));
}

/**
 * A detector for each daily figure of a shop, with the rates that predicted its past days best.
 *
 * Nobody has labelled a shop's strange days, so the judge plants its own: single days of the hold-out are multiplied by 0
 * to 3, and the share that is found is counted at the threshold at which 2 % of the unchanged days are alarms too. Baseline:
 * distance from the mean of all days before in standard deviations, with its own threshold of the same kind. Further
 * measures: mean absolute error of the next day's expected value against that of the same weekday a week before
 * (geometric mean over the figures). `seed` draws the planted days. Throws when no figure has enough days. O(figures · n log n).
 */
export function train(input: AnomalyInput, options: TrainOptions): Trained<FittedSeries[]> {
  const random = createRandom(options.seed);
  const fitted: FittedSeries[] = [];
  const found: number[] = [];
  const foundByBaseline: number[] = [];
  const ratios: number[] = [];
  let rows = 0;
  input.series.forEach(({ name, values, floor, ceiling }, i) => {
    const first = values.findIndex((value) => value > 0);
    const known = values.filter((value) => !Number.isNaN(value)).length;
    const cut = values.length - holdOutDays(values.length - Math.max(0, first));
    if (first < 0 || known < 2 * learningDays) return;
    const past = values.subarray(0, cut);
    const rates = chooseRates(past, input.firstWeekday, floor);
    const judgement = judgeDays(values, input.firstWeekday, { ...rates, floor });
    fitted.push({ name, ...rates, judgement });
    rows += known;
    const days = [...values.keys()].filter(
      (day) => day >= cut && values[day]! > 0 && !Number.isNaN(judgement.score[day]!),
    );
    if (days.length >= 14) {
      const plain = gaussianScores(values);
      const plants = drawPlants(days, values, ceiling, random);
      found.push(
        recall(
          days.map((day) => judgement.score[day]!),
          plants.map(({ day, value }) => scoreValue(judgement, day, value)),
        ),
      );
      foundByBaseline.push(
        recall(
          days.map((day) => plain(day, values[day]!)),
          plants.map(({ day, value }) => plain(day, value)),
        ),
      );
      ratios.push(errorRatio(values, judgement, cut));
    }
    options.progress((i + 1) / input.series.length);
  });
  if (found.length === 0) throw new RangeError('no figure has enough days to judge a detector by');
  const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return {
    fitted,
    rows,
    params: {
      threshold: defaultThreshold,
      rates: Object.fromEntries(fitted.map((one) => [one.name, [one.levelRate, one.seasonRate]])),
    },
    metrics: {
      expectedErrorAgainstLastWeek: Math.exp(mean(ratios.map(Math.log))),
      figures: fitted.length,
      alarms: fitted.reduce((sum, one) => sum + one.judgement.alarm.reduce((count, alarm) => count + alarm, 0), 0),
    },
    primary: {
      name: 'planted days found at 2 % false alarms',
      value: mean(found),
      baselineName: 'distance from the mean of all days before',
      baseline: mean(foundByBaseline),
      higherIsBetter: true,
    },
  };
}

/** The rates with the smallest mean absolute error of the next day, on square roots. */
function chooseRates(
  past: Float64Array,
  firstWeekday: number,
  floor: number,
): { levelRate: number; seasonRate: number } {
  let best = { levelRate: 0.1, seasonRate: 0.1 };
  let smallest = Number.POSITIVE_INFINITY;
  for (const levelRate of levelRates) {
    for (const seasonRate of seasonRates) {
      const { centre } = judgeDays(past, firstWeekday, { levelRate, seasonRate, floor });
      let sum = 0;
      for (let day = learningDays; day < past.length; day++) {
        if (!Number.isNaN(past[day]!)) sum += Math.abs(Math.sqrt(Math.max(0, past[day]!)) - centre[day]!);
      }
      if (sum < smallest) {
        smallest = sum;
        best = { levelRate, seasonRate };
      }
    }
  }
  return best;
}

function drawPlants(
  days: number[],
  values: Float64Array,
  ceiling: number,
  random: Random,
): { day: number; value: number }[] {
  return Array.from({ length: plantsPerSeries }, () => {
    const day = days[random.integer(days.length)]!;
    const factor = planted[random.integer(planted.length)]!;
    return { day, value: Math.min(ceiling, values[day]! * factor) };
  });
}

/** Share of planted scores past the threshold that 2 % of the usual ones pass. */
function recall(usual: number[], strange: number[]): number {
  const threshold = quantile(usual.map(Math.abs), 1 - falseAlarms);
  return strange.filter((score) => Math.abs(score) > threshold).length / strange.length;
}

/** Distance of a value from the mean of all days before, in their standard deviations. */
function gaussianScores(values: Float64Array): (day: number, value: number) => number {
  const means = new Float64Array(values.length);
  const deviations = new Float64Array(values.length);
  let count = 0;
  let sum = 0;
  let squares = 0;
  values.forEach((value, day) => {
    means[day] = count > 0 ? sum / count : 0;
    deviations[day] = count > 1 ? Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) : 0;
    if (Number.isNaN(value)) return;
    count++;
    sum += value;
    squares += value * value;
  });
  return (day, value) => (value - means[day]!) / Math.max(deviations[day]!, 1e-9);
}

/** Mean absolute error of the expected value over that of the same weekday's value a week before, from day `cut` on. */
function errorRatio(values: Float64Array, judgement: DailyJudgement, cut: number): number {
  let own = 0;
  let naive = 0;
  for (let day = cut; day < values.length; day++) {
    if (Number.isNaN(values[day]!) || Number.isNaN(values[day - 7]!)) continue;
    own += Math.abs(values[day]! - judgement.expected[day]!);
    naive += Math.abs(values[day]! - values[day - 7]!);
  }
  return Math.max(own, 1e-12) / Math.max(naive, 1e-12);
}
