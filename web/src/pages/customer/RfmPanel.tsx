import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

const fifths = [1, 2, 3, 4, 5];

/** Recency, frequency and monetary value, each with the fifth of all customers that it falls into. */
export function RfmPanel({ state }: PartProps<CustomerAnswer['rfm']>) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Panel
      title={t.customer.rfm}
      about={t.customer.rfmAbout}
      state={state}
      minHeight={220}
      empty={<EmptyState title={t.customer.noOrders} />}
    >
      {(rfm) => (
        <dl className={styles.rfm}>
          <Score label={t.customer.recency} value={t.customer.recencyDays(rfm.recencyDays)} score={rfm.recencyScore} />
          <Score
            label={t.customer.frequency}
            value={t.customer.frequencyOrders(rfm.frequency)}
            score={rfm.frequencyScore}
          />
          <Score
            label={t.customer.monetary}
            value={`${formats.money(rfm.monetary)} · ${t.customer.average(formats.money(rfm.averageOrderValue))}`}
            score={rfm.monetaryScore}
          />
        </dl>
      )}
    </Panel>
  );
}

function Score({ label, value, score }: { label: string; value: string; score: number }) {
  const t = useMessages();
  return (
    <div className={styles.rfmRow}>
      <dt>
        {label}
        <span className={styles.muted}> {value}</span>
      </dt>
      <dd>{t.customer.score(score)}</dd>
      <dd className={styles.steps} aria-hidden>
        {fifths.map((fifth) => (
          <span key={fifth} className={`${styles.step} ${fifth <= score ? styles.on : ''}`} />
        ))}
      </dd>
    </div>
  );
}
