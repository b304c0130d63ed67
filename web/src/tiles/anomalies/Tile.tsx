import { ArrowDown, ArrowUp } from 'lucide-react';
import { Badge, type Tone } from '../../components/Badge.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { IntervalBar } from '../../components/IntervalBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import type { AnomalySeverity, AnomaliesQuery as Answer, MetricName } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { AnomaliesQuery } from './query.ts';
import styles from './Tile.module.css';

type Anomaly = NonNullable<Answer['anomalies']>['edges'][number]['node'];

const tones: Record<AnomalySeverity, Tone> = { CRITICAL: 'bad', WARNING: 'warn', NOTICE: 'plain' };
const money: readonly MetricName[] = ['REVENUE', 'AVERAGE_ORDER_VALUE', 'DISCOUNTS', 'REFUNDS'];

/** The newest unusual days, each with what was to be expected. */
export function AnomaliesTile() {
  const t = useMessages();
  const state = useTile(
    AnomaliesQuery,
    { first: 5 },
    (data) => data.anomalies?.edges.map(({ node }) => node),
    everyMinute,
  );
  return (
    <Panel
      title={t.anomalies.title}
      about={t.anomalies.about}
      state={state}
      minHeight={330}
      isEmpty={(anomalies) => anomalies.length === 0}
      empty={<EmptyState title={t.anomalies.none} />}
    >
      {(anomalies) => (
        <ul className={styles.list}>
          {anomalies.map((anomaly) => (
            <Day key={anomaly.id} anomaly={anomaly} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Day({ anomaly }: { anomaly: Anomaly }) {
  const t = useMessages();
  const formats = useFormats();
  const { metric, direction, severity, value, expected, low, high, score, reasons, model, asOf } = anomaly;
  const write = (figure: number) =>
    metric === 'CONVERSION_RATE'
      ? formats.percent(figure)
      : money.includes(metric)
        ? formats.minor(figure, 'whole')
        : formats.count(figure);
  const Arrow = direction === 'HIGH' ? ArrowUp : ArrowDown;
  const span = Math.max(high, value) - Math.min(low, value) || 1;
  return (
    <li className={styles.row}>
      <span className={styles.line}>
        <span className={styles.what}>
          {t.anomalies.metrics[metric]} <span className={styles.muted}>{formats.weekday(anomaly.date)}</span>
        </span>
        <Badge tone={tones[severity]}>{t.anomalies.severities[severity]}</Badge>
      </span>
      <span className={styles.line}>
        <span className={styles.value}>
          <Arrow aria-hidden size={13} strokeWidth={2.5} className={styles.arrow} />{' '}
          <Why
            what={`${t.anomalies.metrics[metric]}, ${formats.day(anomaly.date)}`}
            definition={`${t.anomalies.directions[direction]}: ${t.anomalies.expected(write(expected))}, ${t.anomalies.usual(write(low), write(high))}; ${t.anomalies.score(formats.decimal(Math.abs(score), 1))}.`}
            reasons={reasons}
            asOf={asOf}
            model={model}
          >
            {write(value)}
          </Why>
        </span>
        <span className={styles.muted}>{t.anomalies.usual(write(low), write(high))}</span>
      </span>
      <IntervalBar
        low={low}
        high={high}
        value={value}
        min={Math.min(low, value) - span * 0.05}
        max={Math.max(high, value) + span * 0.05}
        color="var(--anomaly)"
        label={t.anomalies.usual(write(low), write(high))}
      />
    </li>
  );
}
