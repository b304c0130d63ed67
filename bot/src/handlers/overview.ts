import type { BotFiguresFragment } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import type { Format } from '../i18n/format.ts';
import type { Words } from '../i18n/words.ts';
import { to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { type ChosenPeriod, periodOf, periods } from './periods.ts';
import { defineView } from './view.ts';

graphql(`
  fragment BotFigures on Metrics {
    asOf
    period {
      from
      to
    }
    revenue {
      amountMinor
      currency
    }
    netRevenue {
      amountMinor
      currency
    }
    refunds {
      amountMinor
      currency
    }
    orders
    customers
    newCustomers
    averageOrderValue {
      amountMinor
      currency
    }
    conversionRate
    visits
  }
`);

const query = graphql(`
  query BotOverview($range: MetricRange!, $compareTo: Comparison) {
    shop {
      ...BotShop
    }
    metrics(range: $range, compareTo: $compareTo) {
      ...BotFigures
      comparison {
        ...BotFigures
      }
    }
  }
`);

interface Kpi {
  label(words: Words): string;
  value(figures: BotFiguresFragment): number | null | undefined;
  write(value: number, format: Format, figures: BotFiguresFragment): string;
  /** Whether more is better; a figure that is neither good nor bad has none. */
  upIsGood?: boolean;
}

const money = (value: number, format: Format, { revenue }: BotFiguresFragment): string =>
  format.money({ amountMinor: value, currency: revenue.currency });
const count = (value: number, format: Format): string => format.number(value);

/** The figures of the overview, in the order shown. */
const kpis: readonly Kpi[] = [
  { label: (w) => w.overview.revenue, value: (f) => f.revenue.amountMinor, write: money, upIsGood: true },
  { label: (w) => w.overview.netRevenue, value: (f) => f.netRevenue.amountMinor, write: money, upIsGood: true },
  { label: (w) => w.overview.refunds, value: (f) => f.refunds.amountMinor, write: money, upIsGood: false },
  { label: (w) => w.overview.orders, value: (f) => f.orders, write: count, upIsGood: true },
  {
    label: (w) => w.overview.averageOrder,
    value: (f) => f.averageOrderValue?.amountMinor,
    write: money,
    upIsGood: true,
  },
  { label: (w) => w.overview.customers, value: (f) => f.customers, write: count, upIsGood: true },
  { label: (w) => w.overview.newCustomers, value: (f) => f.newCustomers, write: count, upIsGood: true },
  {
    label: (w) => w.overview.conversion,
    value: (f) => f.conversionRate,
    write: (value, format) => format.percent(value, 1),
    upIsGood: true,
  },
  { label: (w) => w.overview.visits, value: (f) => f.visits, write: count },
];

/** How a figure moved against the period before. Nothing before is "new", not an endless per cent. */
export function change(
  now: number,
  before: number,
  upIsGood: boolean | undefined,
  words: Words,
  format: Format,
): string {
  if (before === 0) return now === 0 ? '' : ` · ${words.overview.isNew}`;
  const part = (now - before) / Math.abs(before);
  if (Math.abs(part) < 0.0005) return ` · ${words.overview.same}`;
  const up = part > 0;
  const mark = upIsGood === undefined ? '' : up === upIsGood ? '🟢 ' : '🔴 ';
  return `  ${mark}${up ? '▲' : '▼'} ${format.percent(Math.abs(part), Math.abs(part) < 0.1 ? 1 : 0)}`;
}

function kpiLines(
  figures: BotFiguresFragment,
  before: BotFiguresFragment | null | undefined,
  words: Words,
  format: Format,
): Html[] {
  return kpis.flatMap((kpi) => {
    const value = kpi.value(figures);
    if (value === null || value === undefined) return [];
    const previous = before ? kpi.value(before) : undefined;
    const moved = typeof previous === 'number' ? change(value, previous, kpi.upIsGood, words, format) : '';
    return [html`${kpi.label(words)}: <b>${kpi.write(value, format, figures)}</b>${moved}`];
  });
}

/** One button a period; the one that is shown has a mark. */
export function periodButtons(view: string, shown: ChosenPeriod, words: Words) {
  return periods.map((period) => ({
    text: period === shown ? `• ${words.periods[period.key]}` : words.periods[period.key],
    to: to(view, period.key),
  }));
}

export const overviewView = defineView('o', async (request) => {
  const { words, format } = request;
  const period = periodOf(request.args[0]);
  const { data, partial } = await request.ask(query, {
    range: period.range,
    compareTo: period.compared ? 'PREVIOUS_PERIOD' : null,
  });
  const figures = data.metrics;
  const before = figures?.comparison;
  // A period with a day that is not over is compared with whole days: at six in the morning that is a quarter of a day less.
  const open = data.shop?.clock === 'NOW' && figures?.period.to === data.shop.today;
  const head = [
    html`<b>${words.overview.title(words.periods[period.key])}</b>`,
    ...(figures
      ? [html`${format.days(figures.period.from, figures.period.to)}${open ? words.overview.todayOpen : ''}`]
      : []),
    ...(before ? [html`${words.overview.compared(format.days(before.period.from, before.period.to))}`] : []),
    ...(figures && !before && period.compared ? [html`${words.overview.notCompared}`] : []),
    html``,
  ];
  const buttons = periodButtons('o', period, words);
  return {
    kind: 'text',
    text: fitLines(
      [...head, ...(figures ? kpiLines(figures, before, words, format) : [html`${words.overview.none}`])],
      ageLines(request, data.shop, { asOf: figures?.asOf, partial }),
    ),
    buttons: [
      buttons.slice(0, 3),
      buttons.slice(3),
      [
        { text: words.overview.chart, to: to('g', period.key) },
        { text: words.menu.refresh, to: to('o', period.key) },
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
});
