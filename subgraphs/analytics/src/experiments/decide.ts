import type { ExperimentState } from '@cda/platform/experiments/experiment.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import { leastPositive, type MetricResult, type PreferenceResult } from './results.ts';

/** What there is to say of an experiment now. */
export interface Decision {
  code:
    | 'NOT_ENOUGH_DATA'
    | 'KEEP_RUNNING'
    | 'WINNER'
    | 'KEEP_CONTROL'
    | 'NO_WORTHWHILE_DIFFERENCE'
    | 'GUARD_HARMED'
    | 'INVALID';
  variant: string | null;
  reasons: StoredReason[];
}

const reason = (code: string, en: string, ru: string): StoredReason => ({ code, en, ru, weight: null });
const percent = (share: number, decimal = '.'): string => {
  const text = (100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0).replace('.', decimal);
  return `${share > 0 ? '+' : ''}${text.replace('-', '−')} %`;
};

/**
 * What the figures of the variants say. The order matters: figures of people who were divided wrongly say nothing; then what gets
 * worse; then what gets better. Since the tests hold at every look, the first answer other than "go on" may be acted upon.
 */
export function decide(state: ExperimentState, metrics: readonly MetricResult[], isDoubtful: boolean): Decision {
  const [primary] = metrics;
  if (isDoubtful) {
    return {
      code: 'INVALID',
      variant: null,
      reasons: [
        reason(
          'SAMPLE_RATIO',
          'People did not fall to the variants as the weights say: some are lost or counted twice. Look for what differs in how the variants are shown and reported.',
          'Люди распределились по вариантам не так, как задано: часть теряется или считается дважды. Проверьте, чем отличаются показ и отправка событий у вариантов.',
        ),
      ],
    };
  }
  if (primary!.unavailable) {
    const { en, ru } = primary!.unavailable;
    return { code: 'NOT_ENOUGH_DATA', variant: null, reasons: [reason('NOT_ENOUGH_DATA', en, ru)] };
  }
  for (const guard of metrics) {
    const harmed = guard.variants.find((variant) => variant.harmed);
    if (!harmed?.lift) continue;
    return {
      code: 'GUARD_HARMED',
      variant: harmed.key,
      reasons: [
        reason(
          `GUARD_${guard.metric}`,
          `A figure that must not get worse did: ${percent(harmed.lift.value)} (${percent(harmed.lift.low)} to ${percent(harmed.lift.high)})`,
          `Ухудшился показатель, который не должен ухудшаться: ${percent(harmed.lift.value, ',')} (от ${percent(harmed.lift.low, ',')} до ${percent(harmed.lift.high, ',')})`,
        ),
      ],
    };
  }
  // Where fewer is better, the tests are read the other way round.
  const towards = state.primary_metric === 'REFUNDED' ? -1 : 1;
  const treated = primary!.variants.filter(({ lift }) => lift !== null);
  const bounds = treated.map(({ key, lift }) => ({
    key,
    lift: lift!,
    worst: towards > 0 ? lift!.low : -lift!.high,
    best: towards > 0 ? lift!.high : -lift!.low,
  }));
  const winner = bounds.filter(({ worst }) => worst > 0).sort((a, b) => towards * (b.lift.value - a.lift.value))[0];
  const evidence = ({ lift }: (typeof bounds)[number]): StoredReason =>
    reason(
      'LIFT',
      `Against the control: ${percent(lift.value)}, between ${percent(lift.low)} and ${percent(lift.high)} at all looks so far`,
      `По сравнению с контролем: ${percent(lift.value, ',')}, от ${percent(lift.low, ',')} до ${percent(lift.high, ',')} при всех просмотрах`,
    );
  if (winner) return { code: 'WINNER', variant: winner.key, reasons: [evidence(winner)] };
  if (bounds.length > 0 && bounds.every(({ best }) => best < 0))
    return { code: 'KEEP_CONTROL', variant: state.variants[0]!.key, reasons: bounds.map(evidence) };
  if (bounds.length > 0 && bounds.every(({ best }) => best < state.minimum_effect)) {
    return {
      code: 'NO_WORTHWHILE_DIFFERENCE',
      variant: null,
      reasons: [
        reason(
          'BELOW_MINIMUM',
          `No variant can be better by ${percent(state.minimum_effect)} or more, which was to be found`,
          `Ни один вариант не может быть лучше на ${percent(state.minimum_effect, ',')} и более — а искали такое отличие`,
        ),
        ...bounds.map(evidence),
      ],
    };
  }
  return { code: 'KEEP_RUNNING', variant: null, reasons: bounds.map(evidence) };
}

/** What the clicks of lists of two sides say. */
export function decideByPreference(state: ExperimentState, clicks: PreferenceResult): Decision {
  const { first, second, preference } = clicks;
  if (!preference || first + second < leastPositive) {
    return {
      code: 'NOT_ENOUGH_DATA',
      variant: null,
      reasons: [
        reason(
          'NOT_ENOUGH_DATA',
          `${first + second} people clicked more on one side than on the other; ${leastPositive} are needed before anything is said.`,
          `Предпочтение одной из сторон показали ${first + second}; чтобы делать выводы, нужно не меньше ${leastPositive}.`,
        ),
      ],
    };
  }
  const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
  const text = reason(
    'PREFERENCE',
    `Of those who clicked more on one side, ${share(preference.value)} chose “${state.variants[0]!.name}”, between ${share(preference.low)} and ${share(preference.high)} at all looks so far`,
    `Из тех, кто чаще выбирал одну из сторон, ${share(preference.value)} предпочли «${state.variants[0]!.name}», от ${share(preference.low)} до ${share(preference.high)} при всех просмотрах`,
  );
  if (preference.low > 0.5) return { code: 'KEEP_CONTROL', variant: state.variants[0]!.key, reasons: [text] };
  if (preference.high < 0.5) return { code: 'WINNER', variant: state.variants[1]!.key, reasons: [text] };
  return { code: 'KEEP_RUNNING', variant: null, reasons: [text] };
}
