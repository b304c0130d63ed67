import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { en } from '../../../web/src/i18n/en.ts';
import { LocaleProvider } from '../../../web/src/i18n/locale.tsx';
import { ru } from '../../../web/src/i18n/ru.ts';
import { type Shop, ShopProvider } from '../../../web/src/shell/shop-context.tsx';

const shop: Shop = {
  name: 'Test shop',
  currency: 'GBP',
  timeZone: 'Europe/London',
  asOf: '2011-12-09T12:50:00.000Z',
  today: '2011-12-09',
  clock: 'LATEST_EVENT',
  demo: false,
  attribution: 'Chen, D. (2015). Online Retail.',
};

interface Around {
  locale?: 'en' | 'ru';
  shop?: Partial<Shop>;
}

/** What a component draws for a reader of a shop, as text without markup, spaces made plain. */
export function shown(children: ReactNode, { locale = 'en', shop: changes = {} }: Around = {}): string {
  const html = renderToStaticMarkup(
    <LocaleProvider initial={{ locale, t: locale === 'en' ? en : ru }} onChange={() => undefined}>
      <ShopProvider shop={{ ...shop, ...changes }} viewer={null}>
        {children}
      </ShopProvider>
    </LocaleProvider>,
  );
  const text = html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
  return text.replaceAll(/[\s\u00a0\u202f]+/g, ' ').trim();
}
