import { Badge } from '../../components/Badge.tsx';
import { IntervalBar } from '../../components/IntervalBar.tsx';
import { Missing } from '../../components/Missing.tsx';
import { Table } from '../../components/Table.tsx';
import type { ExperimentQuery } from '../../generated/graphql.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import styles from './Experiments.module.css';

type Experiment = NonNullable<ExperimentQuery['experiment']>;
type Result = NonNullable<Experiment['results']>['metrics'][number];

interface MetricResultProps {
  result: Result;
  variants: Experiment['variants'];
}

/** One metric: each variant's figure, and how it differs from the control's. */
export function MetricResult({ result, variants }: MetricResultProps) {
  const t = useMessages();
  const formats = useFormats();
  const { metric, role, unavailable, varianceReduction } = result;
  const nameOf = (key: string): string => variants.find((variant) => variant.key === key)?.name ?? key;
  const mean = ({ people, mean: value }: Result['variants'][number]): string => {
    if (people === 0) return '—';
    if (metric === 'REVENUE') return formats.minor(Math.round(value));
    return metric === 'ORDERS' ? formats.fixed(value, 3) : formats.percent(value, 1);
  };
  const pText = (p: number): string => (p < 0.001 ? `< ${formats.decimal(0.001, 3)}` : formats.decimal(p, 3));
  // All bars of a metric share a scale that holds every interval, within reason.
  const reach = Math.min(
    2,
    Math.max(0.1, ...result.variants.map(({ lift }) => (lift ? Math.max(Math.abs(lift.low), Math.abs(lift.high)) : 0))),
  );
  const title = `${t.experiments.metrics[metric]} (${t.experiments.roles[role]})`;
  return (
    <div className={styles.metric}>
      <h3>
        {t.experiments.metrics[metric]}
        <Badge tone={role === 'PRIMARY' ? 'accent' : 'plain'}>{t.experiments.roles[role]}</Badge>
      </h3>
      {unavailable ? <p>{unavailable.text}</p> : null}
      {unavailable === null && varianceReduction >= 0.005 ? (
        <p>{t.experiments.reduced(formats.percent(varianceReduction))}</p>
      ) : null}
      <Table
        caption={title}
        rows={result.variants}
        rowKey={({ key }) => key}
        columns={[
          { key: 'variant', label: t.experiments.variantColumn, cell: ({ key }) => nameOf(key) },
          {
            key: 'people',
            label: t.experiments.people,
            number: true,
            wideOnly: true,
            cell: ({ people }) => formats.count(people),
          },
          { key: 'mean', label: t.experiments.perPerson, number: true, cell: mean },
          {
            key: 'lift',
            label: t.experiments.lift,
            cell: ({ lift, harmed }, place) =>
              place === 0 ? (
                t.experiments.isControl
              ) : lift ? (
                <div className={styles.lift}>
                  <span>
                    {formats.change(lift.value)} {harmed ? <Badge tone="bad">{t.experiments.harmed}</Badge> : null}
                  </span>
                  <IntervalBar
                    {...lift}
                    min={-reach}
                    max={reach}
                    marker={0}
                    label={t.experiments.liftRange(formats.change(lift.low), formats.change(lift.high))}
                  />
                  <span className={styles.range}>
                    {t.experiments.liftRange(formats.change(lift.low), formats.change(lift.high))}
                  </span>
                </div>
              ) : (
                <Missing reason={unavailable?.text} />
              ),
          },
          {
            key: 'p',
            label: t.experiments.pValue,
            number: true,
            wideOnly: true,
            cell: ({ lift }) => (lift ? pText(lift.pValue) : '—'),
          },
          {
            key: 'best',
            label: t.experiments.best,
            number: true,
            wideOnly: true,
            cell: ({ probabilityBest }) => (probabilityBest == null ? '—' : formats.percent(probabilityBest)),
          },
        ]}
      />
    </div>
  );
}
