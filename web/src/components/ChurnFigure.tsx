import type { ChurnAnswerFragment } from '../generated/graphql.ts';
import { useMessages } from '../i18n/locale.tsx';
import { useFormats } from '../shell/shop-context.tsx';
import styles from './ChurnFigure.module.css';
import { Missing } from './Missing.tsx';
import { Why } from './Why.tsx';

interface ChurnFigureProps {
  churn: ChurnAnswerFragment | null | undefined;
  /** A dot in the colour of the band; left out where the band is shown otherwise. */
  dot?: boolean;
}

/** A churn probability with its band, or why there is none; a click tells the rest. */
export function ChurnFigure({ churn, dot = true }: ChurnFigureProps) {
  const t = useMessages();
  const formats = useFormats();
  if (churn?.probability == null) return <Missing reason={churn?.unavailable?.text} />;
  const { probability, low, high, band } = churn;
  return (
    <span className={styles.figure}>
      {band && dot ? <span className={`${styles.dot} ${styles[band]}`} title={t.churn.bands[band]} /> : null}
      <Why
        what={t.churn.probability}
        definition={t.churn.definition(churn.horizonDays)}
        reasons={churn.reasons}
        risk
        interval={
          low != null && high != null
            ? { confidence: 0.9, low: formats.percent(low), high: formats.percent(high) }
            : null
        }
        asOf={churn.asOf}
        model={churn.model}
      >
        {formats.percent(probability, 0)}
      </Why>
    </span>
  );
}
