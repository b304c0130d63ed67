import { graphql } from '../generated/index.ts';
import { to } from '../keyboards/keyboard.ts';
import { captionLimit, fitLines } from '../messages/fit.ts';
import { html } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { periodButtons } from './overview.ts';
import { periodOf } from './periods.ts';
import { defineView } from './view.ts';

const query = graphql(`
  query BotChart($range: MetricRange!, $interval: MetricInterval!, $compareTo: Comparison) {
    shop {
      ...BotShop
      currency
    }
    metrics(range: $range, interval: $interval, compareTo: $compareTo) {
      asOf
      period {
        from
        to
      }
      revenue {
        amountMinor
        currency
      }
      series {
        date
        revenue {
          amountMinor
        }
      }
      comparison {
        series {
          revenue {
            amountMinor
          }
        }
      }
    }
  }
`);

/** Revenue of a period as a picture, beside the period before it. Argument: period. */
export const chartView = defineView('g', async (request) => {
  const { words, format } = request;
  const period = periodOf(request.args[0]);
  const { data, partial } = await request.ask(query, {
    range: period.range,
    interval: period.interval,
    compareTo: period.compared ? 'PREVIOUS_PERIOD' : null,
  });
  const metrics = data.metrics;
  const title = words.chart.title(words.periods[period.key]);
  const rows = periodButtons('g', period, words);
  const buttons = [rows.slice(0, 3), rows.slice(3), [{ text: words.chart.close, to: to('x') }]];
  const age = ageLines(request, data.shop, { asOf: metrics?.asOf, partial });
  if (!metrics || metrics.series.every(({ revenue }) => revenue.amountMinor === 0)) {
    return { kind: 'text', text: fitLines([html`<b>${title}</b>`, html`${words.chart.empty}`], age), buttons };
  }
  // Victory and resvg take a third of a second to load, so they are loaded with the first chart, not with the bot.
  const { drawRevenue } = await import('../charts/revenue-chart.ts');
  const { DAY, WEEK, MONTH } = { DAY: words.chart.perDay, WEEK: words.chart.perWeek, MONTH: words.chart.perMonth };
  const lastIsOpen = metrics.period.to === data.shop?.today;
  const png = await drawRevenue({
    title,
    subtitle: `${format.days(metrics.period.from, metrics.period.to)}, ${{ DAY, WEEK, MONTH }[period.interval]}`,
    points: metrics.series.map(({ date, revenue }) => ({ date, amountMinor: revenue.amountMinor })),
    lastIsOpen,
    before: metrics.comparison?.series.map(({ revenue }) => revenue.amountMinor) ?? [],
    currency: metrics.revenue.currency,
    locale: request.locale,
    labels: { current: words.chart.current, before: words.chart.previous },
  });
  return {
    kind: 'picture',
    png,
    caption: fitLines(
      [html`<b>${title}</b> · ${format.money(metrics.revenue)}`, ...(lastIsOpen ? [html`${words.chart.open}`] : [])],
      age,
      captionLimit,
    ),
    buttons,
  };
});
