import type { AnomalySeverity, BotAnomaliesQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { pagerRow, to, toPage } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView, type ViewRequest } from './view.ts';

const query = graphql(`
  query BotAnomalies($locale: Locale!) {
    shop {
      ...BotShop
      currency
    }
    anomalies(first: 50) {
      edges {
        node {
          date
          metric
          direction
          severity
          value
          expected
          low
          high
          asOf
          reasons {
            text(locale: $locale)
          }
        }
      }
    }
  }
`);

type Anomaly = NonNullable<BotAnomaliesQuery['anomalies']>['edges'][number]['node'];

const pageSize = 4;
const marks: Record<AnomalySeverity, string> = { CRITICAL: '🔴', WARNING: '🟠', NOTICE: '🟡' };

/** Days on which a figure was far from what was to be expected, newest first. Argument: page. */
export const anomaliesView = defineView('a', async (request) => {
  const { words } = request;
  const { data, partial } = await request.ask(query, { locale: request.locale });
  const anomalies = data.anomalies?.edges.map(({ node }) => node) ?? [];
  const { page, pages, from } = toPage(request.args[0], anomalies.length, pageSize);
  const shown = anomalies.slice(from, from + pageSize);
  const currency = data.shop?.currency ?? 'USD';
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${words.anomalies.title}</b>`,
        ...(shown.length > 0
          ? shown.flatMap((anomaly) => [html``, ...anomalyLines(anomaly, currency, request)])
          : [html``, html`${words.anomalies.none}`]),
      ],
      ageLines(request, data.shop, { asOf: shown[0]?.asOf, partial }),
    ),
    buttons: [
      pagerRow(words, page, pages, (target) => to('a', target)),
      [
        { text: words.menu.refresh, to: to('a', page) },
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
});

/** Figures in minor units of the shop's currency. */
const moneyMetrics: readonly Anomaly['metric'][] = ['REVENUE', 'AVERAGE_ORDER_VALUE', 'DISCOUNTS', 'REFUNDS'];

function anomalyLines(anomaly: Anomaly, currency: string, { words, format }: ViewRequest): Html[] {
  const { date, metric, direction, severity, value, expected, low, high, reasons } = anomaly;
  const write = (figure: number): string => {
    if (moneyMetrics.includes(metric)) return format.money({ amountMinor: figure, currency });
    return metric === 'CONVERSION_RATE' ? format.percent(figure, 1) : format.number(figure);
  };
  return [
    html`${marks[severity]} <b>${format.day(date)}</b> · ${words.anomalies.metricNames[metric]} ${direction === 'HIGH' ? '▲' : '▼'} <b>${write(value)}</b>`,
    html`    ${words.anomalies.expected(write(expected), write(low), write(high))}, ${words.anomalies.severities[severity]}`,
    ...reasons.slice(0, 1).map(({ text }) => html`    <i>${oneLine(text, 200)}</i>`),
  ];
}
