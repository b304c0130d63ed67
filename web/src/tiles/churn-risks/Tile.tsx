import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';
import { ChurnFigure } from '../../components/ChurnFigure.tsx';
import { NoModel } from '../../components/EmptyState.tsx';
import { IntervalBar } from '../../components/IntervalBar.tsx';
import { MoreLink } from '../../components/MoreLink.tsx';
import { Panel } from '../../components/Panel.tsx';
import type { ChurnRisksQuery as Risks } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import { ChurnRisksQuery } from './query.ts';
import styles from './Tile.module.css';

type Customer = NonNullable<Risks['customers']>['edges'][number]['node'];

/** Customers of whom most revenue can still be saved, with the probability, its interval and the strongest reason. */
export function ChurnRisksTile() {
  const t = useMessages();
  const { may } = useShop();
  const state = useTile(
    ChurnRisksQuery,
    { first: 7, personal: may('personal:read') },
    (data) => data.customers?.edges.map(({ node }) => node).filter(({ churn }) => churn?.probability != null),
    everyMinute,
  );
  return (
    <Panel
      title={t.churn.title}
      about={t.churn.about}
      state={state}
      minHeight={300}
      isEmpty={(customers) => customers.length === 0}
      empty={<NoModel name="users.churn" />}
      actions={
        <MoreLink to="/customers?order=revenue_at_risk">
          {t.panel.more}
          <ArrowRight aria-hidden />
        </MoreLink>
      }
    >
      {(customers) => (
        <ul className={styles.list}>
          {customers.map((customer) => (
            <Risk key={customer.id} customer={customer} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Risk({ customer: { id, externalId, name, revenue, segment, churn } }: { customer: Customer }) {
  const t = useMessages();
  const { formats } = useShop();
  const probability = churn?.probability ?? 0;
  // The measure that the list is ordered by.
  const toSave = { ...revenue, amountMinor: Math.round(revenue.amountMinor * probability * (1 - probability)) };
  const low = churn?.low ?? probability;
  const high = churn?.high ?? probability;
  const reason =
    churn?.reasons.find(({ code, weight }) => (weight ?? 0) > 0 && !/base/i.test(code)) ?? churn?.reasons[0];
  return (
    <li className={styles.row}>
      <span className={styles.who}>
        <Link className={styles.name} to={`/customers/${encodeURIComponent(id)}`}>
          {name || externalId}
        </Link>
        {segment ? <span className={styles.segment}>{segment.name}</span> : null}
      </span>
      <span className={styles.risk}>
        <strong>{formats.money(toSave, 'whole')}</strong> {t.churn.of(formats.money(revenue, 'whole'))}
      </span>
      <span className={styles.reason}>{reason?.text}</span>
      <span className={styles.odds}>
        <IntervalBar
          low={low}
          value={probability}
          high={high}
          min={0}
          max={1}
          color={churn?.band === 'HIGH' ? 'var(--bad)' : churn?.band === 'LOW' ? 'var(--good)' : 'var(--cat-3)'}
          label={t.why.intervalText(formats.percent(0.9), formats.percent(low), formats.percent(high))}
        />
        <ChurnFigure churn={churn} dot={false} />
      </span>
    </li>
  );
}
