import { IntervalBar } from '../../components/IntervalBar.tsx';
import type { ExperimentQuery } from '../../generated/graphql.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import styles from './Experiments.module.css';

type Experiment = NonNullable<ExperimentQuery['experiment']>;

interface PreferenceResultProps {
  result: NonNullable<Experiment['results']>['preferences'][number];
  variants: Experiment['variants'];
}

/** Which side people prefer by one thing that they do with products of a list. */
export function PreferenceResult({ result, variants }: PreferenceResultProps) {
  const t = useMessages();
  const formats = useFormats();
  const { by, first, second, ties, share, pValue } = result;
  const [one, other] = variants;
  const range = share
    ? t.experiments.shareRange(formats.percent(share.value), formats.percent(share.low), formats.percent(share.high))
    : '';
  return (
    <div className={styles.metric}>
      <h3>{t.experiments.credits[by]}</h3>
      <p>{t.experiments.sides(one?.name ?? '', first, other?.name ?? '', second, ties)}</p>
      {share ? (
        <p>
          {range}{' '}
          {pValue == null ? null : `p ${pValue < 0.001 ? '<' : '='} ${formats.decimal(Math.max(pValue, 0.001), 3)}`}
          <IntervalBar {...share} min={0} max={1} marker={0.5} label={range} />
        </p>
      ) : null}
    </div>
  );
}
