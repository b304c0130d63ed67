import type { ReactNode } from 'react';
import type { ModelStampFragment, ReasonTextFragment } from '../generated/graphql.ts';
import { useMessages } from '../i18n/locale.tsx';
import { useShop } from '../shell/shop-context.tsx';
import { Contributions } from './Contributions.tsx';
import { NoteCard } from './NoteCard.tsx';
import styles from './Why.module.css';

interface WhyProps {
  /** What the number is called. */
  what: string;
  /** The number as shown; a click on it opens the card. */
  children: ReactNode;
  definition?: string;
  reasons?: readonly ReasonTextFragment[];
  /** Whether a higher number is bad news. */
  risk?: boolean;
  /** The range that the number lies in, written out. */
  interval?: { confidence: number; low: string; high: string } | null;
  asOf?: string | null;
  /** The version behind it; without one the number was counted. */
  model?: ModelStampFragment | null;
}

/** A number that answers for itself: why it is what it is, how sure, how old, by which model. */
export function Why({ what, children, definition, reasons, risk, interval, asOf, model }: WhyProps) {
  const t = useMessages();
  const { shop, formats } = useShop();
  const metric = model?.primaryMetric;
  return (
    <NoteCard
      label={t.why.label(what)}
      trigger={
        <button type="button" className={styles.trigger}>
          {children}
          <span className="visually-hidden">. {t.why.label(what)}</span>
        </button>
      }
    >
      <div className={styles.card}>
        <p className={styles.title}>
          <span>{what}</span>
          <span className={styles.value}>{children}</span>
        </p>
        {definition ? <p>{definition}</p> : null}
        {reasons && reasons.length > 0 ? (
          <div>
            <p className={styles.label}>{t.why.reasons}</p>
            <Contributions reasons={reasons} risk={risk} />
          </div>
        ) : null}
        {interval ? (
          <div>
            <p className={styles.label}>{t.why.interval}</p>
            <p>{t.why.intervalText(formats.percent(interval.confidence), interval.low, interval.high)}</p>
          </div>
        ) : null}
        <dl className={styles.foot}>
          <dt>{t.why.asOf}</dt>
          <dd>{formats.moment(asOf ?? shop.asOf)}</dd>
          <dt>{t.why.trained}</dt>
          <dd>
            {model
              ? `${t.why.version(model.name, model.version)}, ${t.why.trainedAgo(formats.ago(model.trainedAt, Date.now()))}`
              : t.why.counted}
          </dd>
          {metric?.baselineTitle && metric.baseline != null ? (
            <>
              <dt>{metric.title}</dt>
              <dd>
                {t.why.baseline(
                  formats.decimal(metric.value, 3),
                  metric.baselineTitle,
                  formats.decimal(metric.baseline, 3),
                )}
              </dd>
            </>
          ) : null}
        </dl>
      </div>
    </NoteCard>
  );
}
