import { useQuery } from '@apollo/client/react';
import { useId, useState } from 'react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import type { ProductQuery } from '../../generated/graphql.ts';
import type { TileState } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import styles from './PricePanel.module.css';
import { DemandQuery } from './query.ts';

type Product = NonNullable<ProductQuery['product']>;

/** What would be sold at another price, and which price earns most of those ever seen. */
export function PricePanel({ state }: { state: TileState<Product> }) {
  const t = useMessages();
  return (
    <Panel title={t.whatIf.title} about={t.whatIf.about} state={state} minHeight={200}>
      {({ id, price, bestPrice }) =>
        price && bestPrice?.price ? (
          <WhatIf key={id} id={id} price={price} best={{ ...bestPrice, price: bestPrice.price }} />
        ) : (
          <EmptyState title={bestPrice?.unavailable?.text ?? t.products.noPrice} />
        )
      }
    </Panel>
  );
}

interface WhatIfProps {
  id: string;
  price: NonNullable<Product['price']>;
  best: NonNullable<Product['bestPrice']> & { price: NonNullable<Product['price']> };
}

/** Widest change offered on either side of the present price. */
const reach = 0.4;

function WhatIf({ id, price, best }: WhatIfProps) {
  const t = useMessages();
  const formats = useFormats();
  const sliderId = useId();
  const [asked, setAsked] = useState(best.price.amountMinor);
  const { data, previousData } = useQuery(DemandQuery, {
    variables: { id, priceMinor: asked, presentMinor: price.amountMinor },
  });
  const answer = (data ?? previousData)?.product;
  const demand = answer?.demandAt;
  const now = answer?.present;
  const gain = best.gainPerWeek;
  return (
    <div className={styles.panel}>
      <p className={styles.best}>
        {t.whatIf.best}{' '}
        <strong>
          <Why
            what={t.whatIf.best}
            definition={best.position ? t.whatIf.positions[best.position] : undefined}
            interval={
              best.gainLow && best.gainHigh
                ? { confidence: 0.9, low: formats.money(best.gainLow), high: formats.money(best.gainHigh) }
                : null
            }
            asOf={best.asOf}
            model={best.model}
          >
            {formats.money(best.price)}
          </Why>
        </strong>{' '}
        {gain && best.price.amountMinor !== price.amountMinor ? t.whatIf.gain(formats.money(gain)) : null}
      </p>
      {best.certain === false ? <p className={styles.muted}>{t.whatIf.uncertain}</p> : null}
      <label className={styles.label} htmlFor={sliderId}>
        {t.whatIf.price}: <strong>{formats.money({ ...price, amountMinor: asked })}</strong>{' '}
        <span className={styles.muted}>{formats.change(asked / price.amountMinor - 1)}</span>
      </label>
      <input
        id={sliderId}
        className={styles.slider}
        type="range"
        min={Math.min(Math.round(price.amountMinor * (1 - reach)), best.price.amountMinor)}
        max={Math.max(Math.round(price.amountMinor * (1 + reach)), best.price.amountMinor)}
        step={Math.max(1, Math.round(price.amountMinor / 100))}
        value={asked}
        onChange={(event) => setAsked(Number(event.target.value))}
      />
      {demand?.unitsPerWeek != null ? (
        <dl className={styles.answer}>
          <dt>{t.whatIf.units}</dt>
          <dd>
            <Why
              what={t.whatIf.units}
              interval={
                demand.low != null && demand.high != null
                  ? {
                      confidence: demand.confidence ?? 0.9,
                      low: formats.decimal(demand.low, 1),
                      high: formats.decimal(demand.high, 1),
                    }
                  : null
              }
              asOf={demand.asOf}
              model={demand.model}
            >
              {formats.decimal(demand.unitsPerWeek, 1)}
            </Why>{' '}
            {now?.unitsPerWeek != null ? (
              <span className={styles.muted}>{t.whatIf.now(formats.decimal(now.unitsPerWeek, 1))}</span>
            ) : null}
          </dd>
          <dt>{t.whatIf.revenue}</dt>
          <dd>
            {demand.revenuePerWeek ? formats.money(demand.revenuePerWeek) : '—'}{' '}
            {now?.revenuePerWeek ? (
              <span className={styles.muted}>{t.whatIf.now(formats.money(now.revenuePerWeek))}</span>
            ) : null}
          </dd>
        </dl>
      ) : (
        <p className={styles.muted}>{demand?.unavailable?.text ?? ''}</p>
      )}
    </div>
  );
}
