import { Link } from 'react-router';
import { Button } from '../../components/Button.tsx';
import { DirectionButton } from '../../components/DirectionButton.tsx';
import { ElasticityFigure } from '../../components/ElasticityFigure.tsx';
import { EmptyState, NoEvents } from '../../components/EmptyState.tsx';
import { FilterPills } from '../../components/FilterPills.tsx';
import { FilterSelect } from '../../components/FilterSelect.tsx';
import styles from '../../components/Filters.module.css';
import { FilterText } from '../../components/FilterText.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type { ProductOrderField, ProductWhere } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { useSearch } from '../../shell/use-search.ts';
import link from '../customers/Customers.module.css';
import { withFilter, withOrder } from '../customers/filters.ts';
import { CategoriesQuery, ProductsQuery } from './query.ts';

const pageSize = 25;
const orderFields = ['REVENUE', 'UNITS_SOLD', 'PRICE', 'NAME'] as const satisfies readonly ProductOrderField[];

/** Products page by page; filters and order stand in the URL. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const [search, setSearch] = useSearch();
  const name = search.get('name');
  const category = search.get('category');
  const identified = search.get('elasticity') === 'known';
  const order = orderFields.find((one) => one === search.get('order')?.toUpperCase()) ?? 'REVENUE';
  const ascending = search.has('direction') ? search.get('direction') === 'asc' : order === 'NAME';
  const where: ProductWhere = {
    ...(name ? { nameContains: name } : {}),
    ...(category ? { category } : {}),
    ...(identified ? { elasticity: { range: { gte: -1_000 } } } : {}),
  };
  const narrowed = Object.keys(where).length > 0;
  const state = useTile(
    ProductsQuery,
    {
      where: narrowed ? where : undefined,
      orderBy: { field: order, direction: ascending ? 'ASC' : 'DESC' },
      first: pageSize,
      after: search.get('after') ?? undefined,
    },
    (data) => data.products,
  );
  const categories = useTile(CategoriesQuery, {}, (data) => data.categories).value ?? [];
  const set = (key: string, value: string | null) => setSearch((current) => withFilter(current, key, value));
  const setOrder = (field: string | null) =>
    setSearch((current) => withOrder(current, field === 'REVENUE' ? null : field));
  const clear = () => setSearch(() => new URLSearchParams());
  const pills = [
    ...(name ? [{ key: 'name', label: `${t.products.search} “${name}”`, remove: () => set('name', null) }] : []),
    ...(category ? [{ key: 'category', label: category, remove: () => set('category', null) }] : []),
    ...(identified ? [{ key: 'elasticity', label: t.products.identified, remove: () => set('elasticity', null) }] : []),
  ];
  return (
    <>
      <PageHeader title={t.products.title} />
      <div className={styles.bar}>
        <FilterText label={t.products.search} value={name} onChange={(value) => set('name', value)} />
        {categories.length > 1 ? (
          <FilterSelect
            label={t.products.category}
            none={t.products.anyCategory}
            value={category}
            options={categories.map(({ path }) => ({ value: path, label: path }))}
            onChange={(value) => set('category', value)}
          />
        ) : null}
        <Button aria-pressed={identified} onClick={() => set('elasticity', identified ? null : 'known')}>
          {t.products.identified}
        </Button>
        <FilterSelect
          label={t.products.order}
          value={order}
          options={orderFields.map((value) => ({ value, label: t.products.orders[value] }))}
          onChange={setOrder}
        />
        <DirectionButton ascending={ascending} onChange={(next) => set('direction', next ? 'asc' : 'desc')} />
      </div>
      <FilterPills pills={pills} clear={clear} />
      <Panel
        title={t.products.title}
        about={`${t.products.about} ${t.products.elasticityAbout} ${t.products.elasticityScale}`}
        state={state}
        flush
        minHeight={420}
        isEmpty={({ edges }) => edges.length === 0}
        empty={
          narrowed ? (
            <EmptyState title={t.empty.filteredProducts}>
              <Button onClick={clear}>{t.empty.clearFilters}</Button>
            </EmptyState>
          ) : (
            <NoEvents />
          )
        }
      >
        {({ edges, pageInfo, totalCount }) => (
          <>
            <Table
              caption={t.products.title}
              rows={edges.map(({ node }) => node)}
              rowKey={({ id }) => id}
              order={{
                by: order,
                ascending,
                choose: (field) => (field === order ? set('direction', ascending ? 'desc' : 'asc') : setOrder(field)),
              }}
              columns={[
                {
                  key: 'name',
                  label: t.products.product,
                  order: 'NAME',
                  cell: (product) => (
                    <>
                      <Link to={`/products/${encodeURIComponent(product.id)}`} className={link.name}>
                        {product.name}
                      </Link>
                      <span className={link.sub}>{product.externalId}</span>
                    </>
                  ),
                },
                {
                  key: 'category',
                  label: t.products.category,
                  wideOnly: true,
                  cell: (product) =>
                    product.category ? (
                      <button
                        type="button"
                        className={styles.cell}
                        title={product.category.path}
                        onClick={() => set('category', product.category?.path ?? null)}
                      >
                        {product.category.name}
                      </button>
                    ) : (
                      '—'
                    ),
                },
                {
                  key: 'price',
                  label: t.products.price,
                  order: 'PRICE',
                  number: true,
                  cell: ({ price }) => (price ? formats.money(price) : '—'),
                },
                {
                  key: 'units',
                  label: t.products.units,
                  order: 'UNITS_SOLD',
                  number: true,
                  wideOnly: true,
                  cell: ({ unitsSold }) => formats.count(unitsSold),
                },
                {
                  key: 'revenue',
                  label: t.products.revenue,
                  order: 'REVENUE',
                  number: true,
                  wideOnly: true,
                  cell: ({ revenue }) => formats.money(revenue, 'whole'),
                },
                {
                  key: 'elasticity',
                  label: t.products.elasticity,
                  number: true,
                  cell: ({ elasticity }) => <ElasticityFigure elasticity={elasticity} />,
                },
              ]}
            />
            <Pager {...pageInfo} total={t.products.total(totalCount)} />
          </>
        )}
      </Panel>
    </>
  );
}
