import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader } from './open-page.ts';

describe.skipIf(chromiumPath === undefined)('live results in a browser', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  let sent = 0;
  const send = async (reader: Reader, event: string, properties: object): Promise<string> => {
    const messageId = `live-${++sent}`;
    const { trackEvents } = await pages.ask<{ trackEvents: { accepted: number } }>(
      reader,
      'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { ... on TrackEventsPayload { accepted } } }',
      { input: [{ messageId, event, userId: 'live-buyer', properties }] },
    );
    expect(trackEvents.accepted).toBe(1);
    return messageId;
  };
  const order = (reader: Reader) =>
    send(reader, 'Order Completed', {
      order_id: `o-${sent}`,
      currency: 'EUR',
      products: [{ product_id: 'P0001', price: 10, quantity: 1 }],
    });
  const orders = async ({ page }: Reader) =>
    Number(await page.locator('[data-kpi="orders"]').getAttribute('data-value'));
  const mark = ({ page }: Reader, live: boolean) => page.locator(`[data-live="${live}"]`).waitFor();

  test('figures of the overview move with an order, without the page asking', async () => {
    await using reader = await pages.open();
    let asked = 0;
    reader.page.on('request', (request) => {
      if (request.postData()?.includes('query Figures(')) asked++;
    });
    await reader.page.goto(pages.url);
    await mark(reader, true);
    const before = await orders(reader);
    const askedBefore = asked;
    await order(reader);
    await expect.poll(() => orders(reader), { timeout: 10_000 }).toBe(before + 1);
    expect(asked).toBe(askedBefore);
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('where the line is lost the page says so, and opens it again by itself', async () => {
    await using reader = await pages.open();
    const routes: WebSocketRoute[] = [];
    await reader.page.routeWebSocket('**/graphql', (route) => {
      routes.push(route);
      route.connectToServer();
    });
    await reader.page.goto(pages.url);
    await mark(reader, true);
    const before = await orders(reader);
    await routes[0]?.close({ code: 1012 });
    await mark(reader, false);
    await order(reader);
    await mark(reader, true);
    expect(routes.length).toBeGreaterThan(1);
    await expect.poll(() => orders(reader), { timeout: 10_000 }).toBe(before + 1);
  });

  test('events appear as they are counted in, until the reader pauses', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await page.goto(`${pages.url}/events`);
    await page.locator('[data-tail="live"]').waitFor();
    const first = await send(reader, 'Product Viewed', { product_id: 'P0001' });
    await page.getByText(first, { exact: true }).waitFor();
    expect(await page.locator('tbody tr').first().textContent()).toContain(first);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('[data-tail="paused"]').waitFor();
    const unseen = await send(reader, 'Product Viewed', { product_id: 'P0001' });
    await delay(1_500);
    expect(await page.getByText(unseen, { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Follow' }).click();
    // What came meanwhile is not missing.
    await page.getByText(unseen, { exact: true }).waitFor();
    expect(await page.getByText(first, { exact: true }).count()).toBe(1);
    expect(reader.faults.console).toEqual([]);
  });

  test('a fit that somebody else has asked for is followed to its end, without the page asking', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await page.goto(`${pages.url}/models`);
    await page.getByRole('button', { name: 'Train' }).first().waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.postData()?.includes('query Run(')) asked++;
    });
    await delay(500);
    await pages.ask(reader, 'mutation { trainModel(name: "analytics.forecast") { __typename } }');
    await page.getByText('Training', { exact: false }).first().waitFor();
    await expect
      .poll(() => page.getByRole('status').filter({ hasText: 'Trained.' }).count(), { timeout: 60_000 })
      .toBe(1);
    expect(asked).toBe(0);
  }, 90_000);

  test('the playground follows a subscription', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await page.goto(`${pages.url}/graphiql`);
    const run = page.getByRole('button', { name: 'Execute query (Ctrl-Enter)' });
    const editor = page.locator('.graphiql-query-editor .view-lines');
    await editor.getByText('CustomerFromAllSubgraphs').waitFor();
    await page.getByRole('button', { name: /LiveFigures/ }).click();
    await editor.getByText('LiveFigures').waitFor();
    await run.click();
    const shown = async () => (await page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
    await expect.poll(shown, { timeout: 15_000 }).toContain('"metricsChanged"');
    const orders = async () => Number(/"orders": (\d+)/.exec(await shown())?.[1]);
    const before = await orders();
    await order(reader);
    await expect.poll(orders, { timeout: 10_000 }).toBe(before + 1);
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('a reader who brings a token in place of a session gets the page, whether or not it can be followed', async () => {
    await using reader = await pages.open({ signedIn: false, role: 'VIEWER' });
    await reader.page.goto(pages.url);
    await expect.poll(() => orders(reader)).toBeGreaterThan(0);
    await reader.page.locator('[data-live]').waitFor();
  });
});
