import { Link } from 'react-router';
import { ChoiceMenu } from '../../components/ChoiceMenu.tsx';
import { ElasticityFigure } from '../../components/ElasticityFigure.tsx';
import { NoModel } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { Why } from '../../components/Why.tsx';
import type { Placement } from '../../generated/graphql.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

interface RecommendationsPanelProps extends PartProps<CustomerAnswer['recommendations']> {
  placement: Placement;
  onPlacement(placement: Placement): void;
}

const placements = ['HOME', 'BUY_AGAIN', 'CART', 'EMAIL', 'WIN_BACK'] as const satisfies readonly Placement[];

/** What to show the customer next, with the evidence, the price and what a change of it would do. */
export function RecommendationsPanel({ state, placement, onPlacement }: RecommendationsPanelProps) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <div className={styles.full}>
      <Panel
        title={t.customer.recommendations}
        about={t.customer.recommendationsAbout}
        state={state}
        flush
        minHeight={260}
        empty={<NoModel name="recommendations.hybrid" />}
        actions={
          <ChoiceMenu
            label={t.customer.placement}
            value={placement}
            choices={placements.map((value) => ({ value, label: t.customer.placements[value] }))}
            onChange={(value) => onPlacement(value as Placement)}
          />
        }
      >
        {(list) => (
          <>
            <p className={styles.meta}>
              <span>{t.customer.pipelines[list.pipeline]}</span>
              {list.unavailable ? (
                <span>
                  {t.customer.notPersonal}: {list.unavailable.text}
                </span>
              ) : null}
            </p>
            {list.edges.length === 0 ? (
              <p className={styles.meta}>{t.customer.noRecommendations}</p>
            ) : (
              <Table
                caption={t.customer.recommendations}
                rows={list.edges.map(({ node }) => node)}
                rowKey={({ product }) => product.id}
                columns={[
                  {
                    key: 'product',
                    label: t.products.product,
                    cell: ({ product, rank, score, reasons }) => (
                      <span className={styles.ranked}>
                        <span className={styles.rank}>
                          <Why
                            what={product.name}
                            reasons={reasons}
                            asOf={list.asOf}
                            model={list.model}
                            definition={`${t.customer.pipelines[list.pipeline]} · ${formats.decimal(score, 3)}`}
                          >
                            {`${rank}.`}
                          </Why>
                        </span>
                        <span>
                          <Link className={styles.name} to={`/products/${encodeURIComponent(product.id)}`}>
                            {product.name}
                          </Link>
                          <span className={styles.narrowReason}>{reasons[0]?.text}</span>
                        </span>
                      </span>
                    ),
                  },
                  {
                    key: 'reasons',
                    wideOnly: true,
                    label: t.churn.reason,
                    cell: ({ reasons }) => (
                      <span className={styles.reasons}>
                        {reasons.slice(0, 2).map(({ code, text }) => (
                          <span key={code + text}>{text}</span>
                        ))}
                      </span>
                    ),
                  },
                  {
                    key: 'price',
                    label: t.products.price,
                    number: true,
                    cell: ({ product }) => (product.price ? formats.money(product.price) : '—'),
                  },
                  {
                    key: 'elasticity',
                    label: t.products.elasticity,
                    number: true,
                    cell: ({ product }) => <ElasticityFigure elasticity={product.elasticity} />,
                  },
                ]}
              />
            )}
          </>
        )}
      </Panel>
    </div>
  );
}
