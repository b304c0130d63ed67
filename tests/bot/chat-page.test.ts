import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../browser/chromium.ts';
import { type BotFixture, startBotFixture } from './bot-fixture.ts';
import { analyst } from './fake-graph.ts';

// Chromium is not packaged for every machine; CHROMIUM_PATH names one that is installed.
describe.skipIf(!chromiumPath)('the chat page of the simulator', () => {
  let fixture: BotFixture;
  let browser: Browser;
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startBotFixture(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await fixture[Symbol.asyncDispose]();
  });

  async function open(path: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width: 420, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(fixture.telegram.url) && !request.url().startsWith('data:'))
        faults.push(request.url());
    });
    await page.goto(fixture.telegram.url + path);
    return { page, faults };
  }

  test('takes a person from a link of the dashboard to a chart, and everything happens in place', async () => {
    fixture.graph.codes.set('FROM-LINK-1', analyst);
    const { page, faults } = await open('/?start=FROM-LINK-1&language=en');
    await page.getByRole('button', { name: 'START' }).click();
    await page.getByText('Connected. I now answer for Anna (analyst).').waitFor();
    const messages = page.locator('article:not(.own)');
    await page.getByRole('button', { name: '📊 Overview' }).click();
    await page.getByText('Overview · 28 days').waitFor();
    expect(await messages.count()).toBe(2);
    await page.getByRole('button', { name: '📈 Chart' }).click();
    const picture = messages.locator('img');
    await picture.waitFor();
    expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(1000);
    const before = await picture.getAttribute('src');
    await messages.last().getByRole('button', { name: '7 days', exact: true }).click();
    await page.waitForFunction(
      (src) =>
        (globalThis as never as { document: { querySelector(query: string): { src: string } | null } }).document
          .querySelector('article img')
          ?.src.endsWith(String(src)) === false,
      before,
    );
    expect(await messages.count()).toBe(3);
    await messages.last().getByRole('button', { name: '✕ Close' }).click();
    await picture.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await page.close();
  });

  test('shows texts of a shop as text', async () => {
    const [customer] = fixture.graph.shop.customers;
    if (!customer) throw new Error('no customer');
    const { name } = customer;
    customer.name = '<img src=x onerror="document.title=1">';
    const { page, faults } = await open('/?language=en');
    await page.getByLabel('Message').fill('/find 17850');
    await page.keyboard.press('Enter');
    await page.getByText('<img src=x onerror="document.title=1">').first().waitFor();
    expect(await page.locator('article img').count()).toBe(0);
    expect(faults).toEqual([]);
    customer.name = name;
    await page.close();
  });

  test('speaks Russian, and so does the bot to its visitor, after a link too', async () => {
    fixture.graph.codes.set('FROM-LINK-2', analyst);
    const { page, faults } = await open('/?start=FROM-LINK-2&language=ru');
    await page.getByText('Чат на этой машине').waitFor();
    await page.getByRole('button', { name: 'СТАРТ' }).click();
    await page.getByText('Подключено.').waitFor();
    await page.getByLabel('Сообщение').fill('/help');
    await page.getByRole('button', { name: 'Отправить' }).click();
    await page.getByText('Что я умею').waitFor();
    await page.reload();
    await page.getByText('Чат на этой машине').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
