import { Badge, type Tone } from '../../components/Badge.tsx';
import { Contributions } from '../../components/Contributions.tsx';
import { EmptyState, NoModel } from '../../components/EmptyState.tsx';
import { IntervalBar } from '../../components/IntervalBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import type { ChurnBand } from '../../generated/graphql.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

const tones: Record<ChurnBand, Tone> = { LOW: 'good', MEDIUM: 'warn', HIGH: 'bad' };
const colors: Record<ChurnBand, string> = { LOW: 'var(--good)', MEDIUM: 'var(--cat-3)', HIGH: 'var(--bad)' };

/** How likely the customer is to leave, how sure that is, and what speaks for and against it. */
export function ChurnPanel({ state }: PartProps<CustomerAnswer['churn']>) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Panel
      title={t.customer.churn}
      about={t.customer.churnAbout}
      state={state}
      minHeight={260}
      empty={<NoModel name="users.churn" />}
    >
      {(churn) => {
        const { probability, band } = churn;
        if (probability == null) return <EmptyState title={churn.unavailable?.text ?? t.empty.noModel} />;
        const low = churn.low ?? probability;
        const high = churn.high ?? probability;
        const interval = { confidence: 0.9, low: formats.percent(low), high: formats.percent(high) };
        const sentence = t.why.intervalText(formats.percent(interval.confidence), interval.low, interval.high);
        return (
          <>
            <div className={styles.figure}>
              <span className={styles.big}>
                <Why
                  what={t.customer.churn}
                  definition={t.churn.definition(churn.horizonDays)}
                  reasons={churn.reasons}
                  risk
                  interval={interval}
                  asOf={churn.asOf}
                  model={churn.model}
                >
                  {formats.percent(probability, 0)}
                </Why>
              </span>
              {band ? <Badge tone={tones[band]}>{t.churn.bands[band]}</Badge> : null}
              <span className={styles.muted}>{t.churn.horizon(churn.horizonDays)}</span>
            </div>
            <div className={styles.scale}>
              <IntervalBar
                low={low}
                value={probability}
                high={high}
                min={0}
                max={1}
                color={band ? colors[band] : 'var(--series-1)'}
                label={sentence}
              />
              <p className={styles.ends}>
                <span>{formats.percent(0)}</span>
                <span>
                  {interval.low} – {interval.high}
                </span>
                <span>{formats.percent(1)}</span>
              </p>
            </div>
            <Contributions reasons={churn.reasons} limit={7} risk />
            {churn.whatIf.length > 0 ? (
              <div className={styles.whatIf}>
                <h3>{t.customer.whatIf}</h3>
                <ul>
                  {churn.whatIf.map(({ code, text, change }) => (
                    <li key={code} data-change={change > 0 ? 'up' : 'down'}>
                      {text}
                    </li>
                  ))}
                </ul>
                <p className={styles.muted}>{t.customer.whatIfAbout}</p>
              </div>
            ) : null}
          </>
        );
      }}
    </Panel>
  );
}
