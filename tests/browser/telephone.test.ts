import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages } from './open-page.ts';

// Without a browser for this machine there is nothing to look with: set CHROMIUM_PATH.
describe.skipIf(chromiumPath === undefined)('the dashboard on a telephone', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  test.each([
    {
      locale: 'en',
      theme: 'light',
      more: 'More',
      bar: 'Pages',
      shown: ['Overview', 'Customers', 'Segments', 'Products'],
    },
    { locale: 'ru', theme: 'dark', more: 'Ещё', bar: 'Разделы', shown: ['Обзор', 'Покупатели', 'Сегменты', 'Товары'] },
  ] as const)('in $locale has every page in its bar or one touch behind it, with nothing to scroll', async (words) => {
    await using reader = await pages.open({ ...words, width: 390, height: 844 });
    const { page } = reader;
    await pages.go(reader, '/');
    const bar = page.getByRole('navigation', { name: words.bar });
    expect(await bar.getByRole('link').allInnerTexts()).toEqual(words.shown);
    expect(
      await page.evaluate(
        '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("nav"))',
      ),
    ).toBe(0);
    const more = bar.getByRole('button', { name: words.more });
    await more.click();
    const items = page.getByRole('menuitem');
    expect(await items.count()).toBe(4);
    // A menu floats beside every landmark while it is open.
    expect((await axeFaults(page)).filter((fault) => !fault.startsWith('region:'))).toEqual([]);
    await page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'detached' });
    expect(await more.and(page.locator(':focus')).count(), 'focus goes back').toBe(1);

    await page.keyboard.press('Enter');
    await items.first().and(page.locator(':focus')).waitFor();
    await page.keyboard.press('End');
    await items.last().and(page.locator(':focus')).waitFor();
    const last = await items.last().innerText();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/events');
    // Which of the pages behind it is open is said by the button, and marked in its list.
    const here = bar.getByRole('button', { name: new RegExp(`^${words.more} ?: ${last}$`, 'u') });
    await here.click();
    expect(await items.last().getAttribute('aria-current')).toBe('page');
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('has no button for more on a wide screen, where all pages stand side by side', async () => {
    await using reader = await pages.open({ width: 1280 });
    await pages.go(reader, '/');
    const bar = reader.page.getByRole('navigation', { name: 'Pages' });
    expect(await bar.getByRole('link').count()).toBe(9);
    expect(await bar.getByRole('button').count()).toBe(0);
  });
});
