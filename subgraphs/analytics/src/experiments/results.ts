import type { ExperimentMetric, ExperimentState } from '@cda/platform/experiments/experiment.ts';
import type { StoredUnavailable } from '@cda/platform/graph/values.ts';
import type { ExperimentCounts, MetricMoments } from '../loaders/experiment-results.ts';
import { type Lift, liftOf } from '../ml/lift.ts';
import { type Preference, preferenceOf } from '../ml/preference.ts';
import { probabilityBest } from '../ml/probability-best.ts';
import { sampleRatioP } from '../ml/sample-ratio.ts';
import { adjustedMeans } from '../ml/variant-moments.ts';
import { type Decision, decide, decideByPreference } from './decide.ts';

/** Chance of any false finding by the primary metric, all variants and looks together. */
export const alpha = 0.05;
/** Where the shares of people are doubted. */
export const sampleRatioLimit = 0.01;
/** What each variant needs before anything is said: means are then nearly normal, as the tests take them to be. */
export const leastPeople = 100;
export const leastPositive = 10;

export type MetricRole = 'PRIMARY' | 'SECONDARY' | 'GUARD';

/** One variant by one metric. */
export interface VariantResult {
  key: string;
  people: number;
  positive: number;
  total: number;
  mean: number;
  lift: Lift | null;
  probabilityBest: number | null;
  harmed: boolean;
}

/** One metric by variant. */
export interface MetricResult {
  metric: ExperimentMetric;
  role: MetricRole;
  varianceReduction: number;
  unavailable: StoredUnavailable | null;
  variants: VariantResult[];
}

/** Which side people prefer by one thing that they do. */
export interface PreferenceResult {
  by: 'CLICKS' | 'ADDS' | 'ORDERS';
  first: number;
  second: number;
  ties: number;
  preference: Preference | null;
}

/** What came of an experiment. */
export interface ExperimentResult {
  people: number;
  mixed: number;
  sampleRatio: { pValue: number; warning: boolean } | null;
  decision: Decision;
  metrics: MetricResult[];
  preferences: PreferenceResult[];
  asOf: Date;
}

/** Metrics that are better when lower. */
const lowerIsBetter: readonly ExperimentMetric[] = ['REFUNDED'];
const credits = ['CLICKS', 'ADDS', 'ORDERS'] as const;

/** Judges an experiment by what was counted of it. Pure. */
export function toResults(state: ExperimentState, counts: ExperimentCounts, asOf: Date): ExperimentResult {
  if (state.kind === 'INTERLEAVING') {
    const preferences = credits.map((by, kind) => {
      const { first, second, ties } = counts.sides.find((side) => side.kind === kind) ?? {
        first: 0,
        second: 0,
        ties: 0,
      };
      return { by, first, second, ties, preference: preferenceOf(first, second, alpha) ?? null };
    });
    return {
      people: counts.people,
      mixed: 0,
      sampleRatio: null,
      decision: decideByPreference(state, preferences[0]!),
      metrics: [],
      preferences,
      asOf,
    };
  }
  const metrics = [
    toMetric(state, 'PRIMARY', state.primary_metric, counts.moments),
    ...state.guard_metrics.map((metric) => toMetric(state, 'GUARD', metric, counts.moments)),
    ...state.secondary_metrics.map((metric) => toMetric(state, 'SECONDARY', metric, counts.moments)),
  ];
  const perVariant = metrics[0]!.variants.map(({ people }) => people);
  const pValue = sampleRatioP(
    perVariant,
    state.variants.map(({ weight }) => weight),
  );
  const sampleRatio = counts.people > 0 ? { pValue, warning: pValue < sampleRatioLimit } : null;
  return {
    people: counts.people,
    mixed: counts.mixed,
    sampleRatio,
    decision: decide(state, metrics, sampleRatio?.warning ?? false),
    metrics,
    preferences: [],
    asOf,
  };
}

function toMetric(
  state: ExperimentState,
  role: MetricRole,
  metric: ExperimentMetric,
  all: readonly MetricMoments[],
): MetricResult {
  const nobody = { n: 0, positive: 0, sumY: 0, sumYY: 0, sumX: 0, sumXX: 0, sumXY: 0 };
  const moments = state.variants.map(
    ({ key }) => all.find((row) => row.metric === metric && row.variant === key) ?? nobody,
  );
  const { means, reduction } = adjustedMeans(moments);
  const people = Math.min(...moments.map(({ n }) => n));
  const positive = Math.min(...moments.map((row) => row.positive));
  const isEnough = people >= leastPeople && positive >= leastPositive && means.every(({ variance }) => variance > 0);
  const best = isEnough
    ? probabilityBest(lowerIsBetter.includes(metric) ? means.map((mean) => ({ ...mean, mean: -mean.mean })) : means)
    : undefined;
  return {
    metric,
    role,
    varianceReduction: reduction,
    unavailable: isEnough ? null : notEnough(people, positive),
    variants: state.variants.map(({ key }, i) => {
      const lift =
        isEnough && i > 0
          ? (liftOf(means[0]!, means[i]!, state.minimum_effect, alpha / (state.variants.length - 1)) ?? null)
          : null;
      return {
        key,
        people: moments[i]!.n,
        positive: moments[i]!.positive,
        total: moments[i]!.sumY,
        mean: means[i]!.mean,
        lift,
        probabilityBest: best?.[i] ?? null,
        harmed: role === 'GUARD' && lift !== null && (lowerIsBetter.includes(metric) ? lift.low > 0 : lift.high < 0),
      };
    }),
  };
}

const notEnough = (people: number, positive: number): StoredUnavailable =>
  people < leastPeople
    ? {
        code: 'NOT_ENOUGH_DATA',
        en: `Each variant needs ${leastPeople} people before anything is said; the smallest has ${people}.`,
        ru: `Чтобы делать выводы, в каждом варианте нужно не меньше ${leastPeople} человек; в наименьшем пока ${people}.`,
      }
    : {
        code: 'NOT_ENOUGH_DATA',
        en: `Each variant needs ${leastPositive} people with this outcome before anything is said; the smallest has ${positive}.`,
        ru: `Чтобы делать выводы, в каждом варианте нужно не меньше ${leastPositive} человек с этим исходом; в наименьшем пока ${positive}.`,
      };
