import { graphql } from '../generated/index.ts';
import { type Button, to } from '../keyboards/keyboard.ts';
import { fitLines } from '../messages/fit.ts';
import { html, oneLine } from '../messages/html.ts';
import { ageLines } from './age.ts';
import { defineView } from './view.ts';

const query = graphql(`
  query BotMenu {
    shop {
      ...BotShop
    }
  }
`);

/** Telegram refuses buttons that lead to a machine of one's own, so the address then stands in the text. */
export function isPublicAddress(url: string): boolean {
  const { hostname, protocol } = new URL(url);
  return protocol === 'https:' && hostname.includes('.') && !/^[\d.]+$|^\[/.test(hostname);
}

export const menuView = defineView('m', async (request) => {
  const { words, format, account, publicUrl } = request;
  const { data, partial } = await request.ask(query, {});
  const shop = data.shop;
  const dashboard: Button[] = isPublicAddress(publicUrl) ? [{ text: words.menu.dashboard, url: publicUrl }] : [];
  return {
    kind: 'text',
    text: fitLines(
      [
        html`<b>${words.menu.title(oneLine(shop?.name ?? ''))}</b>`,
        ...(shop ? [html`${words.menu.today(format.day(shop.today))}`] : []),
        html`${words.menu.account(oneLine(account.name), account.role)}`,
        html``,
        html`${words.menu.question}`,
      ],
      ageLines(request, shop, { partial }),
    ),
    buttons: [
      [
        { text: words.menu.overview, to: to('o', '28') },
        { text: words.menu.segments, to: to('s') },
      ],
      [{ text: words.menu.risk, to: to('r', 1) }],
      [
        { text: words.menu.products, to: to('p', 1) },
        { text: words.menu.anomalies, to: to('a', 1) },
      ],
      [
        { text: words.menu.models, to: to('d') },
        { text: words.menu.experiments, to: to('e', 1) },
      ],
      [{ text: words.menu.language, to: to('l', request.locale === 'RU' ? 'EN' : 'RU') }],
      dashboard,
    ],
  };
});
