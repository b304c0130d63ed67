import { useState } from 'react';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MoreLink } from '../../components/MoreLink.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import type { Placement } from '../../generated/graphql.ts';
import { type TileState, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import type { CustomerAnswer } from './answer.ts';
import { ChurnPanel } from './ChurnPanel.tsx';
import styles from './Customer.module.css';
import { LifetimeValuePanel } from './LifetimeValuePanel.tsx';
import { ProfilePanel } from './ProfilePanel.tsx';
import { PrivacyActions } from './privacy/PrivacyActions.tsx';
import { CustomerQuery } from './query.ts';
import { RecommendationsPanel } from './RecommendationsPanel.tsx';
import { RfmPanel } from './RfmPanel.tsx';
import { SegmentPanel } from './SegmentPanel.tsx';
import { TimelinePanel } from './TimelinePanel.tsx';

/** Everything known of one customer, from one federated query. */
export function Component() {
  const t = useMessages();
  const { id = '' } = useParams();
  const { formats, may } = useShop();
  const [placement, setPlacement] = useState<Placement>('HOME');
  const state = useTile(CustomerQuery, { id, placement, personal: may('personal:read') }, (data) => data.customer);
  const back = { to: '/customers', label: t.customer.back };
  const customer = state.value;

  if (customer === null && !state.fault && !state.refreshing) {
    return (
      <>
        <PageHeader title={t.customer.missing} back={back} />
        <EmptyState body={t.customer.missingHint}>
          <MoreLink to="/customers">{t.customer.back}</MoreLink>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={customer ? customer.name || customer.externalId : t.customer.title}
        detail={customer ? <span>{t.customer.since(formats.momentDay(customer.firstSeenAt))}</span> : null}
        back={back}
      >
        {customer ? <PrivacyActions customer={customer} /> : null}
      </PageHeader>
      <div className={styles.grid}>
        <div className={styles.narrow}>
          <ProfilePanel state={state} />
        </div>
        <RfmPanel state={part(state, ({ rfm }) => rfm)} />
        <div className={styles.broad}>
          <SegmentPanel state={part(state, ({ segment }) => segment)} />
        </div>
        <div className={styles.half}>
          <ChurnPanel state={part(state, ({ churn }) => churn)} />
        </div>
        <div className={styles.half}>
          <LifetimeValuePanel state={part(state, ({ lifetimeValue }) => lifetimeValue)} />
        </div>
        <RecommendationsPanel
          state={part(state, ({ recommendations }) => recommendations)}
          placement={placement}
          onPlacement={setPlacement}
        />
        <div className={styles.full}>
          <TimelinePanel key={id} customer={id} />
        </div>
      </div>
    </>
  );
}

/** A part of the answer, in the same state as the whole: a subgraph that is away takes its own panels only. */
function part<Value>(
  state: TileState<CustomerAnswer>,
  select: (customer: CustomerAnswer) => Value | null | undefined,
): TileState<Value> {
  const value = state.value ? (select(state.value) ?? null) : state.value;
  return { ...state, value, fault: value == null || !state.value ? state.fault : null };
}
