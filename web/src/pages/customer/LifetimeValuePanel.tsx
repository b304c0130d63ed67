import { Contributions } from '../../components/Contributions.tsx';
import { EmptyState, NoModel } from '../../components/EmptyState.tsx';
import { IntervalBar } from '../../components/IntervalBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

/** How likely an order is, held against what came before, and when the next is due. */
function OrderFacts({ worth }: { worth: NonNullable<CustomerAnswer['lifetimeValue']> }) {
  const t = useMessages();
  const formats = useFormats();
  const { probabilityOfOrder: order, nextOrderAt, nextOrderFrom, nextOrderUntil } = worth;
  const day = (iso: string) => formats.momentDay(iso);
  return (
    <>
      {order ? (
        <>
          <dt>{t.customer.orderWithin(order.withinDays)}</dt>
          <dd>
            <Why
              what={t.customer.orderWithin(order.withinDays)}
              {...(order.checked
                ? {
                    definition: t.customer.orderChecked(
                      formats.count(order.checked.customers),
                      formats.count(order.checked.days),
                      formats.percent(order.checked.said, 0),
                      formats.percent(order.checked.seen, 0),
                    ),
                  }
                : {})}
              interval={{
                confidence: 0.9,
                low: formats.percent(order.low, 0),
                high: formats.percent(order.high, 0),
              }}
              asOf={worth.asOf}
              model={worth.model}
            >
              {formats.percent(order.probability, 0)}
            </Why>
          </dd>
        </>
      ) : null}
      {nextOrderAt && nextOrderFrom ? (
        <>
          <dt>{t.customer.nextOrder}</dt>
          <dd>
            {nextOrderUntil
              ? t.customer.nextOrderBetween(day(nextOrderAt), day(nextOrderFrom), day(nextOrderUntil))
              : t.customer.nextOrderAfter(day(nextOrderAt), day(nextOrderFrom))}
          </dd>
        </>
      ) : null}
    </>
  );
}

/** What the customer is expected to bring in the next year, and in which range that lies. */
export function LifetimeValuePanel({ state }: PartProps<CustomerAnswer['lifetimeValue']>) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Panel
      title={t.customer.ltv}
      about={t.customer.ltvAbout}
      state={state}
      minHeight={260}
      empty={<NoModel name="users.lifetime-value" />}
    >
      {(worth) => {
        const { value } = worth;
        if (!value) return <EmptyState title={worth.unavailable?.text ?? t.empty.noModel} />;
        const low = worth.low ?? value;
        const high = worth.high ?? value;
        const top = Math.max(high.amountMinor, value.amountMinor, 100) * 1.1;
        const interval = { confidence: 0.9, low: formats.money(low, 'whole'), high: formats.money(high, 'whole') };
        const sentence = t.why.intervalText(formats.percent(interval.confidence), interval.low, interval.high);
        return (
          <>
            <div className={styles.figure}>
              <span className={styles.big}>
                <Why
                  what={t.customer.ltv}
                  definition={t.customer.ltvAbout}
                  reasons={worth.reasons}
                  interval={interval}
                  asOf={worth.asOf}
                  model={worth.model}
                >
                  {formats.money(value, 'whole')}
                </Why>
              </span>
              <span className={styles.muted}>{t.customer.ltvNext}</span>
            </div>
            <div className={styles.scale}>
              <IntervalBar
                low={low.amountMinor}
                value={value.amountMinor}
                high={high.amountMinor}
                min={0}
                max={top}
                label={sentence}
              />
              <p className={styles.ends}>
                <span>{formats.money({ ...value, amountMinor: 0 }, 'whole')}</span>
                <span>
                  {interval.low} – {interval.high}
                </span>
                <span>{formats.money({ ...value, amountMinor: top }, 'whole')}</span>
              </p>
            </div>
            <dl className={styles.facts} style={{ marginBottom: 14 }}>
              {worth.expectedOrders == null ? null : (
                <>
                  <dt>{t.customer.expectedOrders}</dt>
                  <dd>{formats.decimal(worth.expectedOrders, 1)}</dd>
                </>
              )}
              <OrderFacts worth={worth} />
              {worth.probabilityAlive == null ? null : (
                <>
                  <dt>{t.customer.alive}</dt>
                  <dd>
                    <Why
                      what={t.customer.alive}
                      definition={t.customer.aliveAbout}
                      asOf={worth.asOf}
                      model={worth.model}
                    >
                      {formats.percent(worth.probabilityAlive)}
                    </Why>
                  </dd>
                </>
              )}
            </dl>
            <Contributions reasons={worth.reasons} limit={5} />
          </>
        );
      }}
    </Panel>
  );
}
