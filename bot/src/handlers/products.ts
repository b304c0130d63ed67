import { graphql } from '../generated/index.ts';
import { pagerRow, to, toPage } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView } from './view.ts';

const query = graphql(`
  query BotProducts($locale: Locale!) {
    shop {
      ...BotShop
    }
    products(orderBy: { field: REVENUE, direction: DESC }, first: 50) {
      edges {
        node {
          externalId
          name(locale: $locale)
          price {
            amountMinor
            currency
          }
          revenue {
            amountMinor
            currency
          }
          unitsSold
          elasticity {
            value
            low
            high
            asOf
            unavailable {
              text(locale: $locale)
            }
          }
        }
      }
    }
  }
`);

const pageSize = 5;

/** The 50 products with most revenue, each with what a change of its price does to its sales. Argument: page. */
export const productsView = defineView('p', async (request) => {
  const { words, format } = request;
  const { data, partial } = await request.ask(query, { locale: request.locale });
  const products = data.products?.edges.map(({ node }) => node) ?? [];
  const { page, pages, from } = toPage(request.args[0], products.length, pageSize);
  const shown = products.slice(from, from + pageSize);
  const lines = shown.flatMap(({ name, price, revenue, unitsSold, elasticity }, index) => {
    const { value, low, high } = elasticity ?? {};
    const effect =
      typeof value === 'number' && typeof low === 'number' && typeof high === 'number'
        ? words.products.elasticity(format.number(value, 2), format.number(low, 2), format.number(high, 2))
        : oneLine(elasticity?.unavailable?.text ?? words.products.noElasticity, 160);
    const tag = price ? ` · ${format.money(price)}` : '';
    return [
      html`${from + index + 1}. <b>${oneLine(name, 60)}</b>${tag}`,
      html`    ${format.money(revenue)}, ${words.products.units(format.number(unitsSold))}`,
      html`    ${effect}`,
    ];
  });
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${words.products.title}</b>`,
        html``,
        ...(shown.length > 0
          ? [...lines, html``, html`<i>${words.products.meaning}</i>`]
          : [html`${words.products.none}`]),
      ],
      ageLines(request, data.shop, {
        asOf: shown.find(({ elasticity }) => elasticity?.asOf)?.elasticity?.asOf,
        partial,
      }),
    ),
    buttons: [pagerRow(words, page, pages, (target) => to('p', target)), [{ text: words.menu.home, to: to('m') }]],
  };
});
