import { ChartLine, Table2 } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { SeriesPoint } from '../../charts/TimeSeries.tsx';
import { Button } from '../../components/Button.tsx';
import { ChoiceMenu } from '../../components/ChoiceMenu.tsx';
import { NothingInPeriod } from '../../components/NothingInPeriod.tsx';
import { Loading, Panel } from '../../components/Panel.tsx';
import { Segmented } from '../../components/Segmented.tsx';
import { Table } from '../../components/Table.tsx';
import type { AnomalyMarksQuery as Marks, PeriodFiguresFragment } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { periodDays } from '../../period/period.ts';
import { intervals } from '../../period/presets.ts';
import { usePeriod } from '../../period/use-period.ts';
import { useShop } from '../../shell/shop-context.tsx';
import { isQuiet } from '../kpis/cards.ts';
import { useFigures } from '../kpis/live-figures.tsx';
import type { TileProps } from '../registry.ts';
import { type ChartFigure, chartFigures, endsOpen, placeOfDay } from './figures.ts';
import { AnomalyMarksQuery } from './query.ts';
import styles from './Tile.module.css';

const TimeSeries = lazy(() =>
  import('../../charts/TimeSeries.tsx').then(({ TimeSeries: chart }) => ({ default: chart })),
);

type Anomaly = NonNullable<Marks['anomalies']>['edges'][number]['node'];

/** A figure of the period over time, beside the period compared with, with unusual days marked. */
export function RevenueTile({ period }: TileProps) {
  const t = useMessages();
  const { shop } = useShop();
  const [, changePeriod] = usePeriod();
  const [name, setName] = useState<ChartFigure['name']>('revenue');
  const [asTable, setAsTable] = useState(false);
  const state = useFigures(period);
  const figure: ChartFigure = chartFigures.find((one) => one.name === name) ?? chartFigures[0];
  const days = periodDays(period, shop.today);
  const marks = useTile(
    AnomalyMarksQuery,
    { where: { metric: figure.watchedAs ?? 'REVENUE', ...(days ? { between: days } : {}) } },
    (data) => data.anomalies,
  );
  const anomalies = figure.watchedAs ? (marks.value?.edges ?? []).map(({ node }) => node) : [];
  const available = chartFigures.filter((one) => one.name !== 'visits' || (state.value?.visits ?? 0) > 0);
  return (
    <Panel
      title={t.revenue.title}
      about={t.revenue.about}
      state={state}
      minHeight={330}
      isEmpty={(metrics) =>
        metrics.series.length === 0 || (isQuiet(metrics) && (!metrics.comparison || isQuiet(metrics.comparison)))
      }
      empty={<NothingInPeriod />}
      actions={
        <>
          <ChoiceMenu
            label={t.revenue.metric}
            value={figure.name}
            choices={available.map((one) => ({ value: one.name, label: t.kpi[one.label] }))}
            onChange={(value) => setName(chartFigures.find((one) => one.name === value)?.name ?? 'revenue')}
          />
          <Segmented
            label={t.period.interval}
            value={period.interval}
            options={intervals.map((interval) => ({ value: interval, label: t.period.intervals[interval] }))}
            onChange={(interval) => changePeriod({ interval })}
          />
          <Button
            icon
            look="quiet"
            aria-label={asTable ? t.panel.chart : t.panel.table}
            title={asTable ? t.panel.chart : t.panel.table}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <ChartLine aria-hidden /> : <Table2 aria-hidden />}
          </Button>
        </>
      }
    >
      {(metrics) => (
        <Figure
          metrics={metrics}
          before={metrics.comparison ?? null}
          figure={figure}
          anomalies={anomalies}
          period={period}
          asTable={asTable}
        />
      )}
    </Panel>
  );
}

interface FigureProps extends TileProps {
  metrics: PeriodFiguresFragment;
  before: PeriodFiguresFragment | null;
  figure: ChartFigure;
  anomalies: readonly Anomaly[];
  asTable: boolean;
}

function Figure({ metrics, before, figure, anomalies, period: { interval }, asTable }: FigureProps) {
  const t = useMessages();
  const { shop, formats } = useShop();
  const { currency } = metrics.revenue;
  const view = useMemo(() => {
    const write = (value: number) =>
      figure.money ? formats.money({ amountMinor: value, currency }) : formats.count(value);
    const labelOf = (date: string) =>
      interval === 'DAY'
        ? formats.weekday(date)
        : interval === 'WEEK'
          ? t.period.weekOf(formats.day(date))
          : formats.month(date);
    const marks = new Map<number, string>();
    for (const { date, low, high, direction } of anomalies) {
      const place = placeOfDay(metrics.series, date, interval);
      const usual = t.revenue.expected(write(low), write(high));
      if (place >= 0) marks.set(place, `${formats.dayShort(date)}: ${t.anomalies.directions[direction]}, ${usual}`);
    }
    const points: SeriesPoint[] = metrics.series.map((point, index) => {
      const other = before?.series[index];
      return {
        label: labelOf(point.date),
        value: figure.value(point),
        mark: marks.get(index),
        ...(other ? { before: { label: labelOf(other.date), value: figure.value(other) } } : {}),
      };
    });
    return { write, points };
  }, [metrics, before, figure, anomalies, interval, formats, t, currency]);
  const { write, points } = view;
  const title = t.revenue.chartOf(
    t.kpi[figure.label],
    formats.day(metrics.period.from),
    formats.day(metrics.period.to),
  );

  if (asTable) {
    return (
      <div className={styles.table}>
        <Table
          caption={title}
          rows={points}
          rowKey={({ label }) => label}
          columns={[
            { key: 'date', label: t.revenue.date, cell: ({ label }) => label },
            { key: 'value', label: t.kpi[figure.label], number: true, cell: ({ value }) => write(value) },
            ...(before
              ? [
                  {
                    key: 'before',
                    label: t.revenue.comparison,
                    number: true,
                    cell: (point: SeriesPoint) => (point.before ? write(point.before.value) : '—'),
                  },
                ]
              : []),
            {
              key: 'mark',
              label: t.revenue.anomaly,
              wideOnly: true,
              cell: ({ mark }) => <span className={styles.mark}>{mark}</span>,
            },
          ]}
        />
      </div>
    );
  }

  const lastDate = metrics.series.at(-1)?.date ?? metrics.period.to;
  const running = shop.clock === 'NOW' && metrics.period.to >= shop.today;
  const openEnd = points.length > 1 && endsOpen(lastDate, interval, metrics.period.to, running);
  const values = points.map(({ value }) => value);
  const total = values.reduce((sum, value) => sum + value, 0);
  const tick = interval === 'MONTH' ? formats.month : formats.dayShort;
  const short = (value: number) =>
    figure.money ? formats.money({ amountMinor: value, currency }, 'compact') : formats.compact(value);
  return (
    <>
      <ul className={styles.legend}>
        <li>
          <span className={styles.line} />
          {formats.day(metrics.period.from)} – {formats.day(metrics.period.to)}
        </li>
        {before ? (
          <li>
            <span className={`${styles.line} ${styles.dashed}`} />
            {formats.day(before.period.from)} – {formats.day(before.period.to)}
          </li>
        ) : null}
        {openEnd ? (
          <li>
            <span className={`${styles.line} ${styles.dotted}`} />
            {running ? t.period.soFarLegend : t.period.partly}
          </li>
        ) : null}
        {points.some(({ mark }) => mark) ? (
          <li>
            <span className={styles.ring} />
            {t.revenue.anomaly}
          </li>
        ) : null}
      </ul>
      <Suspense fallback={<Loading />}>
        <TimeSeries
          height={330}
          title={title}
          description={t.revenue.describe(write(Math.min(...values)), write(Math.max(...values)), write(total))}
          points={points}
          tickLabel={(index) => {
            const date = metrics.series[index]?.date;
            return date ? tick(date) : '';
          }}
          formatValue={write}
          formatAxis={short}
          openEnd={openEnd}
          openEndNote={running ? t.period.soFar : t.period.partly}
        />
      </Suspense>
    </>
  );
}
