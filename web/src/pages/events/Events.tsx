import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState, NoEvents } from '../../components/EmptyState.tsx';
import { FilterPills } from '../../components/FilterPills.tsx';
import filters from '../../components/Filters.module.css';
import { FilterText } from '../../components/FilterText.tsx';
import { NoteCard } from '../../components/NoteCard.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Segmented } from '../../components/Segmented.tsx';
import { Table } from '../../components/Table.tsx';
import type { EventWhere } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { useSearch } from '../../shell/use-search.ts';
import { withFilter } from '../customers/filters.ts';
import styles from './Events.module.css';
import { EventsQuery, EventTotalsQuery, QuarantineQuery } from './query.ts';
import { useTail } from './use-tail.ts';

const pageSize = 25;

/** For whoever sends events: did it arrive, what became of it, and what was refused. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const [search, setSearch] = useSearch();
  const refused = search.get('show') === 'refused';
  const totals = useTile(EventTotalsQuery, {}, (data) => data.eventTotals).value;
  return (
    <>
      <PageHeader title={t.events.title}>
        <Segmented
          label={t.events.show}
          value={refused ? 'refused' : 'stored'}
          options={[
            { value: 'stored', label: t.events.stored },
            { value: 'refused', label: t.events.refused },
          ]}
          onChange={(value) => setSearch(() => new URLSearchParams(value === 'refused' ? 'show=refused' : ''))}
        />
      </PageHeader>
      {totals ? (
        <p className={styles.totals}>
          <span>
            <strong>{formats.count(totals.events)}</strong> {t.events.total}
          </span>
          <span>
            <strong>{formats.count(totals.orders)}</strong> {t.events.orders}
          </span>
          <span>
            <strong>{formats.money(totals.revenue, 'whole')}</strong> {t.events.revenue}
          </span>
        </p>
      ) : null}
      {refused ? <Refused /> : <Stored />}
    </>
  );
}

function Stored() {
  const t = useMessages();
  const formats = useFormats();
  const [search, setSearch] = useSearch();
  const name = search.get('name');
  const messageId = search.get('message');
  const customer = search.get('customer');
  const where: EventWhere = {
    ...(name ? { name: { eq: name } } : {}),
    ...(messageId ? { messageId: { startsWith: messageId } } : {}),
    ...(customer ? { customer } : {}),
  };
  const narrowed = Object.keys(where).length > 0;
  const state = useTile(
    EventsQuery,
    { where: narrowed ? where : undefined, first: pageSize, after: search.get('after') ?? undefined },
    (data) => data.events,
  );
  const [paused, setPaused] = useState(false);
  // Older pages stand still: what is new belongs before the first.
  const first = !search.has('after');
  const newest = state.value?.edges[0]?.node.seq;
  const { fresh, flows } = useTail(narrowed ? where : undefined, newest, paused || !first || state.value == null);
  const set = (key: string, value: string | null) => setSearch((current) => withFilter(current, key, value));
  const clear = () => setSearch(() => new URLSearchParams());
  const pills = [
    ...(name ? [{ key: 'name', label: name, remove: () => set('name', null) }] : []),
    ...(messageId
      ? [{ key: 'message', label: `${t.events.message} ${messageId}`, remove: () => set('message', null) }]
      : []),
    ...(customer ? [{ key: 'customer', label: t.events.oneCustomer, remove: () => set('customer', null) }] : []),
  ];
  return (
    <>
      <div className={filters.bar}>
        <FilterText label={t.events.message} value={messageId} onChange={(value) => set('message', value)} />
      </div>
      <FilterPills pills={pills} clear={clear} />
      <Panel
        title={t.events.stored}
        about={t.events.about}
        state={state}
        flush
        minHeight={420}
        isEmpty={({ edges }) => edges.length === 0 && fresh.length === 0}
        actions={
          first ? (
            <>
              {paused || flows ? <TailMark paused={paused} /> : null}
              <Button look="quiet" onClick={() => setPaused(!paused)}>
                {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
                {paused ? t.live.follow : t.live.pause}
              </Button>
            </>
          ) : null
        }
        empty={
          narrowed ? (
            <EmptyState title={t.events.none}>
              <Button onClick={clear}>{t.empty.clearFilters}</Button>
            </EmptyState>
          ) : (
            <NoEvents />
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption={t.events.stored}
              rows={[...(first ? fresh : []), ...edges.map(({ node }) => node)]}
              rowKey={({ seq }) => String(seq)}
              columns={[
                {
                  key: 'name',
                  label: t.events.event,
                  cell: (event) => (
                    <>
                      <button
                        type="button"
                        className={`${filters.cell} ${styles.name}`}
                        title={t.customers.filterBy(event.name)}
                        onClick={() => set('name', event.name)}
                      >
                        {event.name}
                      </button>
                      <span className={styles.sub}>{event.messageId}</span>
                    </>
                  ),
                },
                {
                  key: 'customer',
                  label: t.customers.customer,
                  cell: ({ customerId, userId, anonymousId }) =>
                    customerId ? (
                      <Link to={`/customers/${encodeURIComponent(customerId)}`} className={filters.cell}>
                        {userId ?? anonymousId}
                      </Link>
                    ) : (
                      '—'
                    ),
                },
                { key: 'source', label: t.events.source, wideOnly: true, cell: ({ source }) => source },
                {
                  key: 'occurred',
                  label: t.events.occurred,
                  number: true,
                  wideOnly: true,
                  cell: ({ occurredAt }) => formats.moment(occurredAt),
                },
                {
                  key: 'received',
                  label: t.events.received,
                  number: true,
                  wideOnly: true,
                  cell: ({ receivedAt }) => formats.moment(receivedAt),
                },
                {
                  key: 'properties',
                  label: t.events.content,
                  number: true,
                  cell: ({ properties, name: event }) => <Content what={event} value={properties} />,
                },
              ]}
            />
            <Pager {...pageInfo} total="" />
          </>
        )}
      </Panel>
    </>
  );
}

function TailMark({ paused }: { paused: boolean }) {
  const t = useMessages();
  return (
    <span title={paused ? t.live.pausedAbout : t.live.tailAbout} data-tail={paused ? 'paused' : 'live'}>
      <Badge tone={paused ? 'plain' : 'good'}>{paused ? t.live.paused : t.live.on}</Badge>
    </span>
  );
}

function Refused() {
  const t = useMessages();
  const formats = useFormats();
  const [search] = useSearch();
  const state = useTile(
    QuarantineQuery,
    { first: pageSize, after: search.get('after') ?? undefined },
    (data) => data.quarantine,
  );
  return (
    <Panel
      title={t.events.refused}
      about={t.events.refusedAbout}
      state={state}
      flush
      minHeight={420}
      isEmpty={({ edges }) => edges.length === 0}
      empty={<EmptyState title={t.events.noneRefused} />}
    >
      {({ edges, pageInfo, totalCount }) => (
        <>
          <Table
            caption={t.events.refused}
            rows={edges.map(({ node }) => node)}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'message',
                label: t.events.fault,
                cell: ({ code, message, path }) => (
                  <>
                    {message}
                    <span className={styles.sub}>{[code, path].filter(Boolean).join(' · ')}</span>
                  </>
                ),
              },
              {
                key: 'position',
                label: t.events.position,
                number: true,
                wideOnly: true,
                cell: ({ position }) => (position == null ? '—' : formats.count(position)),
              },
              { key: 'source', label: t.events.source, wideOnly: true, cell: ({ source }) => source },
              {
                key: 'received',
                label: t.events.received,
                number: true,
                wideOnly: true,
                cell: ({ receivedAt }) => formats.moment(receivedAt),
              },
              {
                key: 'raw',
                label: t.events.content,
                number: true,
                cell: ({ code, raw }) => <Content what={code} value={raw} />,
              },
            ]}
          />
          <Pager {...pageInfo} total={t.events.count(totalCount)} />
        </>
      )}
    </Panel>
  );
}

function Content({ what, value }: { what: string; value: unknown }) {
  const t = useMessages();
  return (
    <NoteCard
      label={what}
      trigger={
        <Button look="quiet" className={styles.look}>
          {t.events.look}
        </Button>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by the keyboard */}
      <pre className={styles.raw} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </NoteCard>
  );
}
