import { Link } from 'react-router';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

/** Who the customer is; personal fields only where the reader's role has them. */
export function ProfilePanel({ state }: PartProps<CustomerAnswer>) {
  const t = useMessages();
  const { formats, may } = useShop();
  const personal = may('personal:read');
  const hidden = <span className={styles.hidden}>{t.customer.hidden}</span>;
  return (
    <Panel title={t.customer.profile} about={t.customers.about} state={state} minHeight={220}>
      {(customer) => (
        <>
          <div className={styles.figure}>
            <span className={styles.big}>
              <Why what={t.customer.revenue} definition={t.customer.revenueAbout}>
                {formats.money(customer.revenue)}
              </Why>
            </span>
            <span className={styles.muted}>{t.customer.frequencyOrders(customer.orderCount)}</span>
          </div>
          <dl className={styles.facts}>
            <dt>{t.customer.externalId}</dt>
            <dd>
              {customer.externalId}
              {customer.anonymous ? ` (${t.customers.anonymous})` : ''}
            </dd>
            <dt>{t.customer.place}</dt>
            <dd>{[customer.city, customer.country].filter(Boolean).join(', ') || '—'}</dd>
            <dt>{t.customer.email}</dt>
            <dd>{personal ? (customer.email ?? '—') : hidden}</dd>
            <dt>{t.customer.phone}</dt>
            <dd>{personal ? (customer.phone ?? '—') : hidden}</dd>
            <dt>{t.customer.lastSeen}</dt>
            <dd>
              {formats.moment(customer.lastSeenAt)}
              {personal ? (
                <>
                  {' · '}
                  <Link className={styles.link} to={`/events?customer=${encodeURIComponent(customer.id)}`}>
                    {t.nav.events}
                  </Link>
                </>
              ) : null}
            </dd>
            <dt>{t.customer.lastOrder}</dt>
            <dd>{customer.lastOrderAt ? formats.moment(customer.lastOrderAt) : t.customers.neverOrdered}</dd>
          </dl>
        </>
      )}
    </Panel>
  );
}
