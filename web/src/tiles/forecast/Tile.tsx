import { ChartLine, Table2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { ChoiceMenu } from '../../components/ChoiceMenu.tsx';
import { EmptyState, NoModel } from '../../components/EmptyState.tsx';
import { Loading, Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { Why } from '../../components/Why.tsx';
import type { ForecastQuery as Answer, MetricName } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { ForecastQuery } from './query.ts';
import styles from './Tile.module.css';

const TimeSeries = lazy(() =>
  import('../../charts/TimeSeries.tsx').then(({ TimeSeries: chart }) => ({ default: chart })),
);

type Forecast = NonNullable<Answer['forecast']>;

const days = 28;
const metrics = ['REVENUE', 'ORDERS', 'CUSTOMERS', 'VISITS'] as const satisfies readonly MetricName[];

/** What the next four weeks are expected to bring, day by day, and in which range. */
export function ForecastTile() {
  const t = useMessages();
  const [metric, setMetric] = useState<(typeof metrics)[number]>('REVENUE');
  const [asTable, setAsTable] = useState(false);
  const state = useTile(ForecastQuery, { metric, days }, (data) => data.forecast);
  const toggle = asTable ? t.panel.chart : t.panel.table;
  return (
    <Panel
      title={t.forecast.title}
      about={t.forecast.about}
      state={state}
      minHeight={300}
      empty={<NoModel name="analytics.forecast" />}
      actions={
        <>
          <ChoiceMenu
            label={t.revenue.metric}
            value={metric}
            choices={metrics.map((value) => ({ value, label: t.anomalies.metrics[value] }))}
            onChange={(value) => setMetric(metrics.find((one) => one === value) ?? 'REVENUE')}
          />
          <Button icon look="quiet" aria-label={toggle} title={toggle} onClick={() => setAsTable(!asTable)}>
            {asTable ? <ChartLine aria-hidden /> : <Table2 aria-hidden />}
          </Button>
        </>
      }
    >
      {(forecast) =>
        forecast.points.length === 0 ? (
          <EmptyState title={forecast.unavailable?.text ?? t.empty.noModel} />
        ) : (
          <Shown forecast={forecast} asTable={asTable} />
        )
      }
    </Panel>
  );
}

function Shown({ forecast, asTable }: { forecast: Forecast; asTable: boolean }) {
  const t = useMessages();
  const formats = useFormats();
  // The figure of the answer, not the chosen one: until the new answer is there, the old one stays.
  const { metric, points, confidence, asOf, model } = forecast;
  const money = metric === 'REVENUE';
  const write = (value: number) => (money ? formats.minor(Math.round(value), 'whole') : formats.decimal(value, 0));
  const short = (value: number) => (money ? formats.minor(value, 'compact') : formats.compact(value));
  const total = points.reduce((sum, { expected }) => sum + expected, 0);
  const first = points[0]!;
  const last = points.at(-1)!;
  const title = t.revenue.chartOf(t.anomalies.metrics[metric], formats.day(first.date), formats.day(last.date));

  if (asTable) {
    return (
      <div className={styles.table}>
        <Table
          caption={title}
          rows={points}
          rowKey={({ date }) => date}
          columns={[
            { key: 'date', label: t.revenue.date, cell: ({ date }) => formats.weekday(date) },
            {
              key: 'expected',
              label: t.forecast.expected,
              number: true,
              cell: ({ date, expected, low, high, reasons }) => (
                <Why
                  what={`${t.anomalies.metrics[metric]}, ${formats.day(date)}`}
                  reasons={
                    money ? reasons.map((reason) => ({ ...reason, weight: (reason.weight ?? 0) / 100 })) : reasons
                  }
                  interval={{ confidence: confidence ?? 0.9, low: write(low), high: write(high) }}
                  asOf={asOf}
                  model={model}
                >
                  {write(expected)}
                </Why>
              ),
            },
            {
              key: 'range',
              label: t.forecast.range(formats.percent(confidence ?? 0.9)),
              number: true,
              cell: ({ low, high }) => `${write(low)} – ${write(high)}`,
            },
          ]}
        />
      </div>
    );
  }
  return (
    <>
      <p className={styles.head}>
        <span className={styles.total}>
          <Why what={title} definition={t.forecast.about} asOf={asOf} model={model}>
            {write(total)}
          </Why>
        </span>
        <span className={styles.muted}>{t.forecast.next(points.length)}</span>
      </p>
      <Suspense fallback={<Loading />}>
        <TimeSeries
          height={250}
          title={title}
          description={t.revenue.describe(
            write(Math.min(...points.map(({ expected }) => expected))),
            write(Math.max(...points.map(({ expected }) => expected))),
            write(total),
          )}
          points={points.map(({ date, expected, low, high }) => ({
            label: formats.weekday(date),
            value: expected,
            range: { low, high, label: `${write(low)} – ${write(high)}` },
          }))}
          tickLabel={(index) => formats.dayShort(points[index]?.date ?? first.date)}
          formatValue={write}
          formatAxis={short}
        />
      </Suspense>
    </>
  );
}
