import { Sparkline } from '../../charts/Sparkline.tsx';
import { DeltaBadge } from '../../components/DeltaBadge.tsx';
import { NothingInPeriod } from '../../components/NothingInPeriod.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import { toDelta } from '../../format/delta.ts';
import type { FiguresQuery as Figures } from '../../generated/graphql.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import type { TileProps } from '../registry.ts';
import { isQuiet, type KpiCard, kpiCards } from './cards.ts';
import { useFigures } from './live-figures.tsx';
import { PeriodNote } from './PeriodNote.tsx';
import styles from './Tile.module.css';

type Metrics = NonNullable<Figures['metrics']>;

/** Key figures of the period beside the period compared with. */
export function KpisTile({ period }: TileProps) {
  const t = useMessages();
  const state = useFigures(period);
  return (
    <Panel
      title={t.kpi.title}
      about={t.kpi.about}
      state={state}
      isEmpty={(metrics) => isQuiet(metrics) && (!metrics.comparison || isQuiet(metrics.comparison))}
      empty={<NothingInPeriod />}
      flush
      minHeight={132}
    >
      {(metrics) => {
        const cards = kpiCards.filter(({ shown }) => shown?.(metrics) ?? true);
        return (
          <>
            <PeriodNote
              to={metrics.period.to}
              asked={period.compareTo !== null}
              compared={metrics.comparison != null}
            />
            <div className={styles.clip}>
              <dl className={`${styles.grid} ${cards.length % 2 === 0 ? styles.even : styles.odd}`}>
                {cards.map((card) => (
                  <Card key={card.name} card={card} metrics={metrics} />
                ))}
              </dl>
            </div>
          </>
        );
      }}
    </Panel>
  );
}

/** The points without today's, which is not over yet, where there are others. */
function wholePoints({ period, series }: Metrics, today: string): Metrics['series'] {
  return period.to >= today && series.length > 2 ? series.slice(0, -1) : series;
}

function Card({ card, metrics }: { card: KpiCard; metrics: Metrics }) {
  const t = useMessages();
  const { shop, formats } = useShop();
  const { comparison } = metrics;
  const { currency } = metrics.revenue;
  const write = (value: number | null) => {
    if (value === null) return '—';
    if (card.unit === 'count') return formats.count(value);
    if (card.unit === 'percent') return formats.percent(value);
    return formats.money({ amountMinor: value, currency }, Math.abs(value) >= 1_000_00 ? 'whole' : 'exact');
  };
  const value = card.value(metrics);
  const before = comparison ? card.value(comparison) : null;
  return (
    <div className={styles.card}>
      <dt className={styles.label}>{t.kpi[card.name]}</dt>
      <dd className={styles.value} data-kpi={card.name} data-value={value ?? ''}>
        <Why
          what={t.kpi[card.name]}
          definition={`${t.kpi[`${card.name}About`]} ${formats.day(metrics.period.from)} – ${formats.day(metrics.period.to)}.`}
          asOf={metrics.asOf}
        >
          {write(value)}
        </Why>
      </dd>
      <dd className={styles.change}>
        <DeltaBadge delta={comparison ? toDelta(value, before, card.good) : { kind: 'none' }} />
        {comparison && before !== null ? (
          <span title={`${formats.day(comparison.period.from)} – ${formats.day(comparison.period.to)}`}>
            {t.delta.from(write(before))}
          </span>
        ) : null}
      </dd>
      {card.series ? (
        <dd className={styles.spark}>
          <Sparkline values={wholePoints(metrics, shop.today).map(card.series)} />
        </dd>
      ) : null}
    </div>
  );
}
