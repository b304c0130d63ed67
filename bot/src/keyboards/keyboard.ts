import { InlineKeyboard } from 'grammy';
import type { Words } from '../i18n/words.ts';
import type { Route } from './callback-data.ts';

/** A button: a text, and the view it opens or the page it leads to. */
export type Button = { text: string; to: Route } | { text: string; url: string };

/** Rows of buttons. */
export type Buttons = readonly (readonly Button[])[];

/** A route in one call: the view's name and its arguments. */
export function to(view: string, ...args: (string | number)[]): Route {
  return { view, args: args.map(String) };
}

/** Telegram's form of the buttons; `write` turns a route into signed data. */
export function toKeyboard(buttons: Buttons, write: (route: Route) => string): InlineKeyboard {
  return InlineKeyboard.from(
    buttons.map((row) =>
      row.map((button) =>
        'url' in button
          ? InlineKeyboard.url(button.text, button.url)
          : InlineKeyboard.text(button.text, write(button.to)),
      ),
    ),
  );
}

/** Prev, "page / pages" and Next; pages count from 1, and there is no row for a single page. */
export function pagerRow(words: Words, page: number, pages: number, toPage: (page: number) => Route): Button[] {
  if (pages <= 1) return [];
  const previous = page > 1 ? [{ text: words.pager.previous, to: toPage(page - 1) }] : [];
  const next = page < pages ? [{ text: words.pager.next, to: toPage(page + 1) }] : [];
  return [...previous, { text: `${page} / ${pages}`, to: toPage(page) }, ...next];
}

/** The page that was asked for, kept within the pages that there are. */
export function toPage(
  argument: string | undefined,
  items: number,
  pageSize: number,
): { page: number; pages: number; from: number } {
  const pages = Math.max(1, Math.ceil(items / pageSize));
  const page = Math.min(pages, Math.max(1, Number.parseInt(argument ?? '1', 10) || 1));
  return { page, pages, from: (page - 1) * pageSize };
}
