import { digestOf } from '../keyboards/callback-data.ts';
import { pagerRow, to, toPage } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { type Html, html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { loadAtRisk } from './at-risk-list.ts';
import { defineView, type Screen, type ViewRequest } from './view.ts';

/** Customers on a page; one button each. */
const pageSize = 5;

/** Customers likely to leave, those of whom most can still be saved first. Arguments: page, digest of a segment. */
export const atRiskView = defineView('r', (request) => showAtRisk(request));

/** The list, with a note above it where what was asked for is not there any more. */
export async function showAtRisk(request: ViewRequest, note?: Html): Promise<Screen> {
  const { words, format } = request;
  const segmentDigest = request.args[1];
  const { shop, segment, customers, total, partial } = await loadAtRisk(request, segmentDigest);
  const { page, pages, from } = toPage(request.args[0], customers?.length ?? 0, pageSize);
  const shown = customers?.slice(from, from + pageSize) ?? [];
  const inSegment = segment ? [digestOf(segment.id)] : [];
  const lines = shown.map(({ externalId, name, country, churn, revenue }, index) => {
    const place = country ? ` · ${oneLine(country, 30)}` : '';
    const probability = churn?.probability ?? 0;
    // The measure that the list is ordered by.
    const toSave = { ...revenue, amountMinor: Math.round(revenue.amountMinor * probability * (1 - probability)) };
    const odds = typeof churn?.probability === 'number' ? format.percent(probability) : '—';
    return html`${from + index + 1}. <b>${oneLine(name ?? externalId, 40)}</b>${place} · ${odds} · ${words.risk.toSave(format.money(toSave), format.money(revenue))}`;
  });
  const count =
    total > (customers?.length ?? 0)
      ? `${words.risk.top(format.number(customers?.length ?? 0), format.number(total))}, `
      : '';
  const head = segment ? words.risk.titleIn(oneLine(segment.name, 40)) : words.risk.title;
  const body =
    shown.length > 0
      ? [
          html`${words.risk.rule}; ${count}${words.risk.page(format.number(page), format.number(pages))}`,
          html``,
          ...lines,
          html``,
          html`${words.risk.choose}`,
        ]
      : [html``, html`${customers ? words.risk.none : words.risk.unavailable}`];
  return {
    kind: 'text',
    text: fitLines(
      [html`<b>${head}</b>`, ...(note ? [note] : []), ...body],
      ageLines(request, shop, { asOf: shown[0]?.churn?.asOf, partial }),
    ),
    buttons: [
      shown.map(({ id }, index) => ({ text: `${from + index + 1}`, to: to('c', page, digestOf(id), ...inSegment) })),
      pagerRow(words, page, pages, (target) => to('r', target, ...inSegment)),
      [
        ...(segment ? [{ text: words.menu.back, to: to('s', digestOf(segment.id)) }] : []),
        { text: words.menu.home, to: to('m') },
      ],
    ],
  };
}
