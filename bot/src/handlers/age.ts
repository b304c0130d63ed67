import type { BotShopFragment } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { type Html, html } from '../messages/html.ts';
import type { ViewRequest } from './view.ts';

// What every view asks of the shop: its name, its clock and its calendar.
graphql(`
  fragment BotShop on Shop {
    name
    asOf
    today
    clock
    demo
    timeZone
  }
`);

/**
 * The last lines of every view: how old its figures are and by which clock, and whether a part is missing.
 * `asOf` is the age of what the view shows; without one, the shop's clock stands for it.
 */
export function ageLines(
  { words, format, now }: Pick<ViewRequest, 'words' | 'format' | 'now'>,
  shop: BotShopFragment | null | undefined,
  { asOf, partial }: { asOf?: string | null | undefined; partial: boolean },
): Html[] {
  const lines: Html[] = [html``];
  const moment = asOf ?? shop?.asOf;
  if (moment) {
    const notes = [words.age.asOf(format.moment(moment, shop?.timeZone ?? 'UTC'))];
    if (shop?.clock === 'LATEST_EVENT') notes.push(words.age.historical);
    else notes.push(format.ago(moment, now) ?? words.age.justNow);
    if (shop?.demo) notes.push(words.age.demo);
    lines.push(html`<i>${notes.join(' · ')}</i>`);
  }
  if (partial) lines.push(html`⚠️ <i>${words.age.partial}</i>`);
  return lines;
}
