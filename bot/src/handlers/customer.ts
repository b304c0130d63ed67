import type { BotCustomerQuery } from '../generated/graphql.ts';
import { digestOf } from '../keyboards/callback-data.ts';
import { type Button, to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { showAtRisk } from './at-risk.ts';
import { loadAtRisk } from './at-risk-list.ts';
import { customerQuery } from './customer-query.ts';
import { defineView, type Screen, type ViewRequest } from './view.ts';

type Customer = NonNullable<BotCustomerQuery['customer']>;

/** A customer of the list. Arguments: page of the list, digest of the customer, digest of the segment listed. */
export const customerView = defineView('c', async (request) => {
  const [page = '1', digest, segment] = request.args;
  const { customers } = await loadAtRisk(request, segment);
  const found = customers?.find(({ id }) => digestOf(id) === digest);
  const listArgs = segment ? [page, segment] : [page];
  if (!found) return showAtRisk({ ...request, args: listArgs }, html`<i>${request.words.risk.moved}</i>`);
  const back: Button = { text: request.words.menu.back, to: to('r', ...listArgs) };
  return (await showCustomer(request, { id: found.id }, [back])) ?? showAtRisk({ ...request, args: listArgs });
});

/** A customer by global id or by the shop's own id; undefined where there is none. `buttons` stand before the menu's. */
export async function showCustomer(
  request: ViewRequest,
  key: { id: string } | { externalId: string },
  buttons: readonly Button[],
): Promise<Screen | undefined> {
  const { words, account, group, locale } = request;
  const personal = account.scopes.includes('personal:read');
  const { data, partial } = await request.ask(customerQuery, { ...key, locale, personal, contact: personal && !group });
  const customer = data.customer;
  if (!customer) return undefined;
  return {
    kind: 'text',
    text: fitLines(
      [
        ...who(customer, request),
        ...segmentLines(customer, request),
        ...churnLines(customer, request),
        ...valueLines(customer, request),
        ...latelyLines(customer, request),
        ...recommendationLines(customer, request),
      ],
      ageLines(request, data.shop, { asOf: customer.churn?.asOf, partial }),
    ),
    buttons: [[...buttons, { text: words.menu.home, to: to('m') }]],
  };
}

function who(customer: Customer, { words, format }: ViewRequest): Html[] {
  const { externalId, name, email, anonymous, city, country, orderCount, revenue, rfm } = customer;
  const place = [city, country]
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => oneLine(part ?? '', 40));
  const recency = rfm ? `, ${words.customer.lastOrder(words.counts.days(rfm.recencyDays))}` : '';
  return [
    html`<b>${oneLine(name ?? externalId, 60)}</b>${name ? html` · <code>${oneLine(externalId, 60)}</code>` : ''}`,
    ...(anonymous ? [html`<i>${words.customer.anonymous}</i>`] : []),
    ...(email ? [html`${words.customer.email}: ${oneLine(email, 80)}`] : []),
    ...(place.length > 0 ? [html`${words.customer.from}: ${place.join(', ')}`] : []),
    html`${words.customer.revenue}: <b>${format.money(revenue)}</b> · ${words.counts.orders(orderCount)}${recency}`,
  ];
}

function segmentLines({ segment }: Customer, { words }: ViewRequest): Html[] {
  if (!segment) return [];
  return [
    html``,
    html`${words.customer.segment}: <b>${oneLine(segment.name, 60)}</b>`,
    ...segment.reasons.slice(0, 2).map(({ text }) => html`  · ${oneLine(text, 160)}`),
  ];
}

function churnLines({ churn }: Customer, { words, format }: ViewRequest): Html[] {
  if (!churn) return [];
  const { probability, low, high, band, unavailable, horizonDays, model } = churn;
  if (typeof probability !== 'number') {
    return unavailable ? [html``, html`${words.customer.churn}: ${oneLine(unavailable.text, 240)}`] : [];
  }
  const interval =
    typeof low === 'number' && typeof high === 'number'
      ? ` (${words.customer.interval(format.percent(low), format.percent(high))})`
      : '';
  const inWords = band ? `, ${words.customer.bands[band]}` : '';
  const version = model ? ` · ${words.customer.version(format.number(model.version))}` : '';
  return [
    html``,
    html`${words.customer.churn}: <b>${format.percent(probability)}</b>${interval}${inWords}`,
    html`<i>${words.customer.churnWithin(words.counts.days(horizonDays))}${version}</i>`,
    ...churn.reasons.slice(0, 4).map(({ text, weight }) => html`  ${arrow(weight)} ${oneLine(text, 160)}`),
  ];
}

/** Which way a reason pulls: a positive weight makes leaving likelier. */
function arrow(weight: number | null | undefined): string {
  if (typeof weight !== 'number' || weight === 0) return '·';
  return weight > 0 ? '▲' : '▼';
}

function valueLines({ lifetimeValue }: Customer, { words, format }: ViewRequest): Html[] {
  if (!lifetimeValue) return [];
  const { value, low, high, unavailable } = lifetimeValue;
  if (!value) return unavailable ? [html``, html`${words.customer.value}: ${oneLine(unavailable.text, 240)}`] : [];
  const interval = low && high ? ` (${words.customer.interval(format.money(low), format.money(high))})` : '';
  return [html``, html`${words.customer.value}: <b>${format.money(value)}</b>${interval}`];
}

function latelyLines({ timeline }: Customer, { words, format }: ViewRequest): Html[] {
  if (!timeline || timeline.edges.length === 0) return [];
  const lines = timeline.edges.map(({ node: { at, text } }) => {
    return html`  · ${format.day(at.slice(0, 10))}: ${oneLine(text, 160)}`;
  });
  return [html``, html`${words.customer.lately}:`, ...lines];
}

function recommendationLines({ recommendations }: Customer, { words, format }: ViewRequest): Html[] {
  if (!recommendations || recommendations.edges.length === 0) return [];
  const note = recommendations.pipeline === 'POPULAR' ? ` (${words.customer.notPersonal})` : '';
  const why = recommendations.unavailable ? [html`<i>${oneLine(recommendations.unavailable.text, 240)}</i>`] : [];
  const items = recommendations.edges.flatMap(({ node: { rank, product, reasons } }) => {
    const price = product.price ? ` · ${format.money(product.price)}` : '';
    const reason = reasons[0] ? [html`    <i>${oneLine(reasons[0].text, 160)}</i>`] : [];
    return [html`${rank}. ${oneLine(product.name, 60)}${price}`, ...reason];
  });
  return [html``, html`<b>${words.customer.recommendations}</b>${note}`, ...why, ...items];
}
