import { useQuery } from '@apollo/client/react';
import { useId, useState } from 'react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import type { BestFragment, ProductQuery } from '../../generated/graphql.ts';
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
      {({ id, price, bestPrice, unitCost }) =>
        price && isFound(bestPrice) ? (
          <WhatIf
            key={id}
            id={id}
            price={price}
            best={bestPrice}
            unitCostMinor={unitCost && unitCost.currency === price.currency ? unitCost.amountMinor : null}
          />
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
  best: Found;
  /** What a unit costs; null where it is not known, or not to be told. */
  unitCostMinor: number | null;
}

type Found = BestFragment & { price: NonNullable<BestFragment['price']> };
const isFound = (best: BestFragment | null | undefined): best is Found => best?.price != null;

/** Widest change offered on either side of the present price. */
const reach = 0.4;

function WhatIf({ id, price, best, unitCostMinor }: WhatIfProps) {
  const t = useMessages();
  const formats = useFormats();
  const sliderId = useId();
  const [asked, setAsked] = useState(best.price.amountMinor);
  const { data, previousData } = useQuery(DemandQuery, {
    variables: {
      id,
      priceMinor: asked,
      presentMinor: price.amountMinor,
      unitCostMinor,
      costs: unitCostMinor !== null,
    },
  });
  const answer = (data ?? previousData)?.product;
  const demand = answer?.demandAt;
  const now = answer?.present;
  const profitable = answer?.mostProfitable;
  const profit = (units: number | null | undefined, priceMinor: number): string | null =>
    units == null || unitCostMinor === null
      ? null
      : formats.money({ ...price, amountMinor: Math.round(units * (priceMinor - unitCostMinor)) });
  const profitAsked = profit(demand?.unitsPerWeek, asked);
  const profitNow = profit(now?.unitsPerWeek, price.amountMinor);
  return (
    <div className={styles.panel}>
      <BestLine title={t.whatIf.best} best={best} present={price} />
      {isFound(profitable) ? <BestLine title={t.whatIf.mostProfit} best={profitable} present={price} /> : null}
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
                      confidence: demand.confidence ?? 0.95,
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
          {profitAsked ? (
            <>
              <dt>{t.whatIf.profit}</dt>
              <dd>
                {profitAsked} {profitNow ? <span className={styles.muted}>{t.whatIf.now(profitNow)}</span> : null}
              </dd>
            </>
          ) : null}
        </dl>
      ) : (
        <p className={styles.muted}>{demand?.unavailable?.text ?? ''}</p>
      )}
    </div>
  );
}

/** The price that earns most, what it earns more, and whether that is certain. */
function BestLine({ title, best, present }: { title: string; best: Found; present: Found['price'] }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <>
      <p className={styles.best}>
        {title}{' '}
        <strong>
          <Why
            what={title}
            definition={best.position ? t.whatIf.positions[best.position] : undefined}
            interval={
              best.gainLow && best.gainHigh
                ? { confidence: 0.95, low: formats.money(best.gainLow), high: formats.money(best.gainHigh) }
                : null
            }
            asOf={best.asOf}
            model={best.model}
          >
            {formats.money(best.price)}
          </Why>
        </strong>{' '}
        {best.gainPerWeek && best.price.amountMinor !== present.amountMinor
          ? t.whatIf.gain(formats.money(best.gainPerWeek))
          : null}
      </p>
      {best.certain === false ? <p className={styles.muted}>{t.whatIf.uncertain}</p> : null}
    </>
  );
}
