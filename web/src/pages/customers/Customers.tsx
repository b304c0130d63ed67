import { Link } from 'react-router';
import { Button } from '../../components/Button.tsx';
import { ChurnFigure } from '../../components/ChurnFigure.tsx';
import { DirectionButton } from '../../components/DirectionButton.tsx';
import { EmptyState, NoEvents } from '../../components/EmptyState.tsx';
import { FilterPills } from '../../components/FilterPills.tsx';
import { FilterSelect } from '../../components/FilterSelect.tsx';
import styles from '../../components/Filters.module.css';
import { FilterText } from '../../components/FilterText.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import { useSearch } from '../../shell/use-search.ts';
import link from './Customers.module.css';
import {
  audiences,
  churnBands,
  orderFields,
  readFilters,
  recencies,
  toOrder,
  toWhere,
  withFilter,
  withOrder,
} from './filters.ts';
import { CustomersQuery, SegmentNamesQuery } from './query.ts';

const pageSize = 25;

/** Customers page by page; filters and order stand in the URL. */
export function Component() {
  const t = useMessages();
  const { formats, may } = useShop();
  const [search, setSearch] = useSearch();
  const filters = readFilters(search);
  const where = toWhere(filters);
  const set = (name: string, value: string | null) => setSearch((current) => withFilter(current, name, value));
  const clear = () => setSearch(() => new URLSearchParams());
  const state = useTile(
    CustomersQuery,
    {
      where,
      orderBy: toOrder(filters),
      first: pageSize,
      after: filters.after ?? undefined,
      personal: may('personal:read'),
    },
    (data) => data.customers,
  );
  const segments = useTile(SegmentNamesQuery, {}, (data) => data.segments).value ?? [];
  const setCountries = (countries: readonly string[]) =>
    setSearch((current) => {
      const next = withFilter(current, 'country', null);
      for (const country of countries) next.append('country', country);
      return next;
    });
  const addCountry = (country: string) => {
    if (!filters.countries.includes(country)) setCountries([...filters.countries, country]);
  };

  const countriesSeen = [...new Set(state.value?.edges.flatMap(({ node }) => node.country ?? []))].sort();
  const pills = [
    ...(filters.audience === 'account'
      ? []
      : [{ key: 'who', label: t.customers.audiences[filters.audience], remove: () => set('who', null) }]),
    ...(filters.search
      ? [{ key: 'id', label: `${t.customers.search} ${filters.search}`, remove: () => set('id', null) }]
      : []),
    ...filters.countries.map((country) => ({
      key: country,
      label: country,
      remove: () => setCountries(filters.countries.filter((one) => one !== country)),
    })),
    ...(filters.segment
      ? [
          {
            key: 'segment',
            label: segments.find(({ id }) => id === filters.segment)?.name ?? t.customers.unknownSegment,
            remove: () => set('segment', null),
          },
        ]
      : []),
    ...(filters.recency
      ? [{ key: 'recency', label: t.customers.recency[filters.recency], remove: () => set('recency', null) }]
      : []),
    ...(filters.churn
      ? [{ key: 'churn', label: t.customers.churnBands[filters.churn], remove: () => set('churn', null) }]
      : []),
  ];

  return (
    <>
      <PageHeader title={t.customers.title} />
      <div className={styles.bar}>
        <FilterText label={t.customers.search} value={filters.search} onChange={(value) => set('id', value)} />
        <FilterSelect
          label={t.customers.audience}
          value={filters.audience}
          options={audiences.map((value) => ({ value, label: t.customers.audiences[value] }))}
          onChange={(value) => set('who', value === 'account' ? null : value)}
        />
        <FilterText
          label={t.customers.anyCountry}
          value={null}
          settleMs={null}
          clears
          suggestions={countriesSeen}
          onChange={(value) => value && addCountry(value)}
        />
        <FilterSelect
          label={t.customers.segment}
          none={t.customers.anySegment}
          value={filters.segment}
          options={segments.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(value) => set('segment', value)}
        />
        <FilterSelect
          label={t.customer.recency}
          none={t.customers.anyRecency}
          value={filters.recency}
          options={recencies.map((value) => ({ value, label: t.customers.recency[value] }))}
          onChange={(value) => set('recency', value)}
        />
        <FilterSelect
          label={t.customers.churn}
          none={t.customers.anyChurn}
          value={filters.churn}
          options={churnBands.map((value) => ({ value, label: t.customers.churnBands[value] }))}
          onChange={(value) => set('churn', value)}
        />
        <FilterSelect
          label={t.customers.order}
          value={filters.order}
          options={orderFields.map((value) => ({ value, label: t.customers.orders_[value] }))}
          onChange={(value) => set('order', value === 'REVENUE' ? null : (value?.toLowerCase() ?? null))}
        />
        <DirectionButton ascending={filters.ascending} onChange={(next) => set('direction', next ? 'asc' : null)} />
      </div>
      <FilterPills pills={pills} clear={clear} />
      <Panel
        title={t.customers.title}
        about={t.customers.about}
        state={state}
        flush
        minHeight={420}
        isEmpty={({ edges }) => edges.length === 0}
        empty={
          !where ? (
            <NoEvents />
          ) : pills.length > 0 ? (
            <EmptyState title={t.empty.filtered}>
              <Button onClick={clear}>{t.empty.clearFilters}</Button>
            </EmptyState>
          ) : (
            <EmptyState title={t.customers.noAccounts}>
              <Button onClick={() => set('who', 'all')}>{t.customers.showAll}</Button>
            </EmptyState>
          )
        }
      >
        {({ edges, pageInfo, totalCount }) => (
          <>
            <Table
              caption={t.customers.title}
              rows={edges.map(({ node }) => node)}
              rowKey={({ id }) => id}
              order={{
                by: filters.order,
                ascending: filters.ascending,
                choose: (field) =>
                  field === filters.order
                    ? set('direction', filters.ascending ? null : 'asc')
                    : setSearch((current) => withOrder(current, field === 'REVENUE' ? null : field)),
              }}
              columns={[
                {
                  key: 'name',
                  label: t.customers.customer,
                  cell: ({ id, name, externalId, anonymous }) => (
                    <>
                      <Link to={`/customers/${encodeURIComponent(id)}`} className={link.name}>
                        {name || externalId}
                      </Link>
                      <span className={link.sub}>{anonymous ? t.customers.anonymous : name ? externalId : null}</span>
                    </>
                  ),
                },
                {
                  key: 'country',
                  label: t.customers.country,
                  wideOnly: true,
                  cell: ({ country }) =>
                    country ? (
                      <button
                        type="button"
                        className={styles.cell}
                        onClick={() => addCountry(country)}
                        title={t.customers.filterBy(country)}
                      >
                        {country}
                      </button>
                    ) : (
                      '—'
                    ),
                },
                {
                  key: 'segment',
                  label: t.customers.segment,
                  wideOnly: true,
                  cell: ({ segment }) =>
                    segment ? (
                      <button
                        type="button"
                        className={styles.cell}
                        title={t.customers.filterBy(segment.name)}
                        onClick={() => set('segment', segment.segment.id)}
                      >
                        {segment.name}
                      </button>
                    ) : (
                      '—'
                    ),
                },
                {
                  key: 'orders',
                  label: t.customers.orders,
                  order: 'ORDER_COUNT',
                  number: true,
                  wideOnly: true,
                  cell: ({ orderCount }) => formats.count(orderCount),
                },
                {
                  key: 'revenue',
                  label: t.customers.revenue,
                  order: 'REVENUE',
                  number: true,
                  cell: ({ revenue }) => formats.money(revenue),
                },
                {
                  key: 'last',
                  label: t.customers.lastOrder,
                  number: true,
                  wideOnly: true,
                  cell: ({ lastOrderAt }) => (lastOrderAt ? formats.momentDay(lastOrderAt) : t.customers.never),
                },
                {
                  key: 'churn',
                  label: t.customers.churn,
                  order: 'CHURN_PROBABILITY',
                  number: true,
                  cell: ({ churn }) => <ChurnFigure churn={churn} />,
                },
              ]}
            />
            <Pager {...pageInfo} total={t.customers.total(totalCount)} />
          </>
        )}
      </Panel>
    </>
  );
}
