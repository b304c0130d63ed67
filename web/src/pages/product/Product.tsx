import { lazy, Suspense } from 'react';
import { Link, useParams } from 'react-router';
import { Contributions } from '../../components/Contributions.tsx';
import { ElasticityFigure } from '../../components/ElasticityFigure.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MoreLink } from '../../components/MoreLink.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Loading, Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { Why } from '../../components/Why.tsx';
import type { ProductQuery as Answer, RelatedProductsFragment } from '../../generated/graphql.ts';
import { type TileState, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats, useShop } from '../../shell/shop-context.tsx';
import { endsOpen } from '../../tiles/revenue/figures.ts';
import styles from '../customer/Customer.module.css';
import { PricePanel } from './PricePanel.tsx';
import { ProductQuery } from './query.ts';

const TimeSeries = lazy(() =>
  import('../../charts/TimeSeries.tsx').then(({ TimeSeries: chart }) => ({ default: chart })),
);

type Product = NonNullable<Answer['product']>;

/** Everything known of one product. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const { id = '' } = useParams();
  const costs = useShop().may('costs:read');
  const state = useTile(ProductQuery, { id, costs }, (data) => data.product);
  const back = { to: '/products', label: t.productPage.back };
  if (state.value === null && !state.fault && !state.refreshing) {
    return (
      <>
        <PageHeader title={t.productPage.missing} back={back} />
        <EmptyState body={t.productPage.missingHint}>
          <MoreLink to="/products">{t.productPage.back}</MoreLink>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title={state.value?.name ?? t.products.product} back={back} />
      <div className={styles.grid}>
        <Facts state={state} />
        <div className={styles.wide}>
          <Panel title={t.productPage.sales} about={t.productPage.salesAbout} state={state} minHeight={290}>
            {({ weeklySales }) => <Sales weeks={weeklySales ?? []} />}
          </Panel>
        </div>
        <Panel title={t.products.elasticity} about={t.products.elasticityAbout} state={state} minHeight={200}>
          {({ elasticity }) =>
            elasticity?.value == null ? (
              <EmptyState title={elasticity?.unavailable?.text ?? t.empty.noModel} />
            ) : (
              <>
                <p className={styles.figure}>
                  <ElasticityFigure elasticity={elasticity} />
                </p>
                <p className={styles.description}>{t.productPage.elasticityText(formats.decimal(elasticity.value))}</p>
                <Contributions reasons={elasticity.reasons} limit={5} />
              </>
            )
          }
        </Panel>
        <Related title={t.productPage.similar} about={t.productPage.similarAbout} state={related(state, 'similar')} />
        <Related
          title={t.productPage.together}
          about={t.productPage.togetherAbout}
          state={related(state, 'boughtTogether')}
        />
        <PricePanel state={state} />
        <div className={styles.wide}>
          <Panel title={t.productPage.prices} about={t.productPage.pricesAbout} state={state} flush minHeight={120}>
            {({ priceHistory }) => (
              <Table
                caption={t.productPage.prices}
                rows={priceHistory ?? []}
                rowKey={({ at }) => at}
                columns={[
                  { key: 'since', label: t.productPage.since, cell: ({ at }) => formats.moment(at) },
                  { key: 'price', label: t.productPage.price, number: true, cell: ({ price }) => formats.money(price) },
                ]}
              />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function related(state: TileState<Product>, field: 'similar' | 'boughtTogether'): TileState<RelatedProductsFragment> {
  const value = state.value ? (state.value[field] ?? null) : state.value;
  return { ...state, value, fault: value == null ? state.fault : null };
}

function Facts({ state }: { state: TileState<Product> }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Panel title={t.products.product} about={t.products.about} state={state} minHeight={200}>
      {(product) => (
        <>
          <p className={styles.figure}>
            <span className={styles.big}>{product.price ? formats.money(product.price) : t.products.noPrice}</span>
          </p>
          <dl className={styles.facts}>
            <dt>{t.customer.externalId}</dt>
            <dd>{product.externalId}</dd>
            <dt>{t.products.category}</dt>
            <dd>{product.category?.path ?? '—'}</dd>
            <dt>{t.products.units}</dt>
            <dd>{formats.count(product.unitsSold)}</dd>
            <dt>{t.products.revenue}</dt>
            <dd>{formats.money(product.revenue, 'whole')}</dd>
            {product.unitCost ? (
              <>
                <dt>{t.productPage.unitCost}</dt>
                <dd>{formats.money(product.unitCost)}</dd>
              </>
            ) : null}
            {product.margin == null ? null : (
              <>
                <dt>{t.productPage.margin}</dt>
                <dd>{formats.percent(product.margin)}</dd>
              </>
            )}
            {product.stock == null ? null : (
              <>
                <dt>{t.products.stock}</dt>
                <dd>{formats.count(product.stock)}</dd>
              </>
            )}
          </dl>
        </>
      )}
    </Panel>
  );
}

function Sales({ weeks }: { weeks: readonly { week: string; units: number }[] }) {
  const t = useMessages();
  const { shop, formats } = useShop();
  if (weeks.length < 2) return <EmptyState title={t.productPage.none} />;
  const units = weeks.map((week) => week.units);
  const write = (value: number) => formats.count(value);
  const lastWeek = weeks.at(-1)?.week ?? shop.today;
  return (
    <Suspense fallback={<Loading />}>
      <TimeSeries
        height={230}
        title={t.productPage.salesChart}
        description={t.revenue.describe(
          write(Math.min(...units)),
          write(Math.max(...units)),
          write(units.reduce((sum, value) => sum + value, 0)),
        )}
        points={weeks.map(({ week, units: value }) => ({ label: t.period.weekOf(formats.day(week)), value }))}
        tickLabel={(index) => formats.dayShort(weeks[index]?.week ?? '')}
        formatValue={write}
        formatAxis={formats.compact}
        openEnd={endsOpen(lastWeek, 'WEEK', shop.today, shop.clock === 'NOW')}
        openEndNote={t.period.soFar}
      />
    </Suspense>
  );
}

function Related({ title, about, state }: { title: string; about: string; state: TileState<RelatedProductsFragment> }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <Panel
      title={title}
      about={about}
      state={state}
      minHeight={200}
      isEmpty={({ edges }) => edges.length === 0}
      empty={<EmptyState title={t.productPage.none} />}
    >
      {({ edges, asOf, model, pipeline }) => (
        <ul className={styles.related}>
          {edges.map(({ node: { product, rank, reasons, score } }) => (
            <li key={product.id} className={styles.ranked}>
              <span className={styles.rank}>
                <Why
                  what={product.name}
                  definition={`${t.customer.pipelines[pipeline]} · ${formats.decimal(score, 3)}`}
                  reasons={reasons}
                  asOf={asOf}
                  model={model}
                >
                  {`${rank}.`}
                </Why>
              </span>
              <span>
                <Link className={styles.name} to={`/products/${encodeURIComponent(product.id)}`}>
                  {product.name}
                </Link>
                {product.price ? <span className={styles.muted}> {formats.money(product.price)}</span> : null}
                <span className={styles.reasons}>{reasons[0]?.text}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
