import type { ElasticityAnswerFragment } from '../generated/graphql.ts';
import { useMessages } from '../i18n/locale.tsx';
import { useFormats } from '../shell/shop-context.tsx';
import styles from './ElasticityFigure.module.css';
import { IntervalBar } from './IntervalBar.tsx';
import { Missing } from './Missing.tsx';
import { Why } from './Why.tsx';

const scale = { min: -4, max: 2, marker: -1 };

/** An elasticity with its interval on a scale that all products share, or why there is none. */
export function ElasticityFigure({ elasticity }: { elasticity: ElasticityAnswerFragment | null | undefined }) {
  const t = useMessages();
  const formats = useFormats();
  if (elasticity?.value == null) return <Missing reason={elasticity?.unavailable?.text} />;
  const { value, confidence, reasons, asOf, model } = elasticity;
  const low = elasticity.low ?? value;
  const high = elasticity.high ?? value;
  const range = {
    confidence: confidence ?? 0.95,
    low: formats.fixed(low, 2),
    high: formats.fixed(high, 2),
  };
  const verdict = high < -1 ? t.products.elastic : low > -1 ? t.products.inelastic : t.products.unclear;
  return (
    <span className={styles.figure}>
      <IntervalBar
        {...scale}
        low={low}
        value={value}
        high={high}
        label={t.why.intervalText(formats.percent(range.confidence), range.low, range.high)}
      />
      <Why
        what={t.products.elasticity}
        definition={`${t.productPage.elasticityText(formats.fixed(value, 2))} ${t.products.elasticityAbout} (${verdict})`}
        reasons={reasons}
        interval={range}
        asOf={asOf}
        model={model}
      >
        {formats.fixed(value, 2)}
      </Why>
    </span>
  );
}
