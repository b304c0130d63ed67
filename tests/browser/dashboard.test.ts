import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../web/src/playground/examples.ts';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader, settled } from './open-page.ts';

/** A product with the price that earns most. */
interface Priced {
  id: string;
  bestPrice: { price: { amountMinor: number } | null; unitsPerWeek: number | null } | null;
}

interface Named {
  id: string;
  name: string;
}

// Without a browser for this machine there is nothing to look with: set CHROMIUM_PATH.
describe.skipIf(chromiumPath === undefined)('the dashboard in a browser', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  const go = (reader: Reader, path: string) => pages.go(reader, path);
  const bestCustomer = async (reader: Reader) => {
    const { customers } = await pages.ask<{ customers: { edges: { node: { id: string; externalId: string } }[] } }>(
      reader,
      '{ customers(first: 1, where: { anonymous: false }, orderBy: { field: REVENUE }) { edges { node { id externalId } } } }',
    );
    return customers.edges[0]!.node;
  };
  const kpi = async ({ page }: Reader, name: string) =>
    Number(await page.locator(`[data-kpi="${name}"]`).getAttribute('data-value'));

  test('sends a reader without a session to the sign-in, and back to the page they wanted', async () => {
    await using reader = await pages.open({ signedIn: false });
    await reader.page.goto(`${pages.url}/customers?recency=0-30`);
    await reader.page.waitForURL('**/sign-in?next=*');
    expect(new URL(reader.page.url()).searchParams.get('next')).toBe('/customers?recency=0-30');
  });

  test('refuses wrong credentials in plain words', async () => {
    await using reader = await pages.open({ signedIn: false });
    await go(reader, '/sign-in');
    await reader.page.getByLabel('E-mail').fill('nobody@example.com');
    await reader.page.getByLabel('Password').fill('wrong password');
    await reader.page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => reader.page.getByRole('alert').textContent()).toContain('do not belong together');
  });

  test('a link that was used is refused in plain words, and leaves no code in the address', async () => {
    await using reader = await pages.open({ signedIn: false });
    await reader.page.goto(`${pages.url}/sign-in?code=used-before`);
    await expect.poll(() => reader.page.getByRole('alert').textContent()).toContain('used already');
    expect(reader.page.url()).not.toContain('used-before');
  });

  test('shows the figures that the graph answers, for each period', async () => {
    await using reader = await pages.open();
    for (const [url, range] of [
      ['', 'LAST_28_DAYS'],
      ['?period=91d&compare=none', 'LAST_91_DAYS'],
      ['?period=all', 'ALL_TIME'],
    ] as const) {
      await go(reader, `/${url}`);
      const { metrics } = await pages.ask<{ metrics: Record<string, number | { amountMinor: number }> }>(
        reader,
        'query ($range: MetricRange!) { metrics(range: $range) { orders customers newCustomers revenue { amountMinor } refunds { amountMinor } } }',
        { range },
      );
      for (const [name, figure] of Object.entries(metrics)) {
        expect([range, name, await kpi(reader, name)]).toEqual([
          range,
          name,
          typeof figure === 'number' ? figure : figure.amountMinor,
        ]);
      }
    }
  });

  test('writes money as the language does, to the same amount', async () => {
    await using reader = await pages.open();
    await go(reader, '/?period=91d');
    const minor = await kpi(reader, 'revenue');
    const figure = reader.page.locator('[data-kpi="revenue"] button');
    const digits = async () => Number((await figure.innerText()).split(/\.\s*(Why|Почему)/)[0]!.replaceAll(/\D/g, ''));
    expect(await digits()).toBe(Math.round(minor / 100));
    await reader.page.getByRole('button', { name: /Русский/ }).click();
    await reader.page.getByRole('heading', { name: 'Обзор' }).waitFor();
    expect(await digits()).toBe(Math.round(minor / 100));
  });

  test('speaks Russian throughout after a switch, texts made by the graph too, and stays so', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/');
    await page.getByRole('button', { name: /Русский/ }).click();
    await page.getByRole('heading', { name: 'Обзор' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    await page.getByText('Эластичность').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Обзор' }).waitFor();
    const { segments } = await pages.ask<{ segments: { name: string }[] }>(reader, '{ segments { name(locale: RU) } }');
    for (const { name } of segments) await page.getByText(name, { exact: true }).first().waitFor();
  });

  test('has the chosen colours before the first paint, and keeps the choice', async () => {
    await using reader = await pages.open({ theme: 'light' });
    const { page } = reader;
    await go(reader, '/');
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();
    await page.keyboard.press('n');
    await expect.poll(background).not.toBe(light);
    const dark = await background();
    // The sheet that runs before everything else has set the theme when the document has hardly begun.
    await page.goto(`${pages.url}/`, { waitUntil: 'commit' });
    await page.waitForFunction('document.documentElement.dataset.theme === "dark"');
    await settled(reader);
    expect(await background()).toBe(dark);
  });

  test('works by the keyboard: periods, comparison, pages, help', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/');
    await page.keyboard.press('w');
    await page.waitForURL('**/?period=7d');
    await page.keyboard.press('x');
    await page.waitForURL('**/?period=7d&compare=year');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('4');
    await page.waitForURL('**/products');
    await page.getByRole('heading', { level: 1, name: 'Products' }).waitFor();
  });

  test('reads the chart point by point with arrow keys, and as a table', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/?period=7d');
    const { metrics } = await pages.ask<{ metrics: { series: { date: string; orders: number }[] } }>(
      reader,
      '{ metrics(range: LAST_7_DAYS) { series { date orders } } }',
    );
    const tile = page.locator('[data-tile="revenue"]');
    await tile.getByRole('button', { name: 'Figure: Revenue' }).click();
    await page.getByRole('menuitemradio', { name: 'Orders' }).click();
    const chart = tile.getByRole('application', { name: /Orders/ });
    await chart.focus();
    await page.keyboard.press('Home');
    await expect
      .poll(() => chart.locator('[aria-live]').textContent())
      .toMatch(new RegExp(`: ${metrics.series[0]!.orders}$`));
    await tile.getByRole('button', { name: 'Show as a table' }).click();
    const rows = tile.locator('tbody tr');
    expect(await rows.count()).toBe(metrics.series.length);
    expect(await rows.last().locator('td').first().textContent()).toBe(String(metrics.series.at(-1)!.orders));
  });

  test('a number tells why, how old it is and by which model', async () => {
    await using reader = await pages.open();
    await go(reader, '/products?elasticity=known');
    await reader.page
      .getByRole('button', { name: /Why: Elasticity/ })
      .first()
      .click();
    const card = reader.page.getByRole('dialog', { name: /Why: Elasticity/ });
    await card.getByText(/With 9\d% probability between/).waitFor();
    await card.getByText(/products\.elasticity, version 1/).waitFor();
    await card.getByText('Data up to').waitFor();
  });

  test('a list is ordered by the head of a column, which says so', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/products');
    const sorted = page.locator('thead th[aria-sort]');
    const names = async (field: string, direction: string) => {
      const { products } = await pages.ask<{ products: { edges: { node: { name: string } }[] } }>(
        reader,
        `{ products(first: 25, orderBy: { field: ${field}, direction: ${direction} }) { edges { node { name } } } }`,
      );
      return products.edges.map(({ node }) => node.name);
    };
    const shown = () => page.locator('tbody th a').allInnerTexts();
    expect(await sorted.innerText()).toBe('Revenue');
    await page.getByRole('button', { name: 'Price', exact: true }).click();
    await page.waitForURL('**/products?order=price');
    await expect.poll(shown).toEqual(await names('PRICE', 'DESC'));
    await page.getByRole('button', { name: 'Price', exact: true }).click();
    await page.waitForURL('**/products?order=price&direction=asc');
    await expect.poll(shown).toEqual(await names('PRICE', 'ASC'));
    expect(await sorted.innerText()).toBe('Price');
    expect(await sorted.getAttribute('aria-sort')).toBe('ascending');
    expect(await page.getByLabel('Order by').inputValue()).toBe('PRICE');
  });

  test('a list’s filters stand in the URL, and the URL alone reproduces the view', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/customers');
    await page.getByLabel('Recency').selectOption('0-30');
    await page.waitForURL('**/customers?recency=0-30');
    await page.getByText(/^[\d,]+\scustomers$/).waitFor();
    await settled(reader);
    const names = () => page.locator('tbody th').allInnerTexts();
    const first = await names();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL('**&after=*');
    await expect.poll(names).not.toEqual(first);
    const second = await names();
    expect(second.length).toBeGreaterThan(0);
    await using other = await pages.open();
    await go(other, new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await other.page.locator('tbody th').allInnerTexts()).toEqual(second);
    const { customers } = await pages.ask<{ customers: { totalCount: number } }>(
      reader,
      '{ customers(where: { anonymous: false, recency: { range: { gte: 0, lte: 30 } } }) { totalCount } }',
    );
    const total = await page.getByText(/^[\d,]+\scustomers$/).innerText();
    expect(Number(total.replaceAll(/\D/g, ''))).toBe(customers.totalCount);
    await page.getByRole('button', { name: 'Previous' }).click();
    await expect.poll(names).toEqual(first);
  });

  test('one customer is answered from all subgraphs', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    const { customers } = await pages.ask<{
      customers: { edges: { node: { id: string; externalId: string; name: string } }[] };
    }>(reader, '{ customers(first: 1, orderBy: { field: REVENUE }) { edges { node { id externalId name } } } }');
    const { id, externalId, name } = customers.edges[0]!.node;
    await go(reader, `/customers/${encodeURIComponent(id)}`);
    await page.getByRole('heading', { level: 1, name: name || externalId }).waitFor();
    for (const panel of ['Profile', 'Segment', 'Likelihood of leaving', 'Lifetime value', 'What to show next']) {
      const region = page.getByRole('region', { name: panel, exact: true });
      await region.waitFor();
      expect([panel, await region.getByRole('alert').count()]).toEqual([panel, 0]);
    }
  });

  test('the forecast’s total is the sum of the days that the graph answers', async () => {
    await using reader = await pages.open();
    await go(reader, '/');
    const { forecast } = await pages.ask<{ forecast: { points: { expected: number }[] } }>(
      reader,
      '{ forecast(metric: ORDERS, days: 28) { points { expected } } }',
    );
    const panel = reader.page.getByRole('region', { name: 'Forecast', exact: true });
    await panel.getByRole('button', { name: 'Figure: Revenue' }).click();
    await reader.page.getByRole('menuitemradio', { name: 'Orders' }).click();
    const total = forecast.points.reduce((sum, { expected }) => sum + expected, 0);
    const shown = panel.getByRole('button', { name: /Why: Orders from/ });
    await shown.waitFor();
    expect(Number((await shown.innerText()).split('.')[0]!.replaceAll(/\D/g, ''))).toBe(Math.round(total));
  });

  test('another price is answered as the graph answers it', async () => {
    await using reader = await pages.open();
    const { products } = await pages.ask<{ products: { edges: { node: Priced }[] } }>(
      reader,
      '{ products(first: 20, where: { elasticity: { range: { lte: 0 } } }) { edges { node { id price { amountMinor } bestPrice { price { amountMinor } unitsPerWeek } } } } }',
    );
    const priced = products.edges.map(({ node }) => node).find(({ bestPrice }) => bestPrice?.price);
    expect(priced).toBeDefined();
    await go(reader, `/products/${encodeURIComponent(priced!.id)}`);
    const panel = reader.page.getByRole('region', { name: 'Another price' });
    const units = panel.getByRole('button', { name: /Why: Units a week/ });
    await units.waitFor();
    expect(Number.parseFloat(await units.innerText())).toBeCloseTo(priced!.bestPrice!.unitsPerWeek!, 0);
    const before = await units.innerText();
    const slider = panel.getByRole('slider');
    await slider.focus();
    for (let step = 0; step < 5; step++) await reader.page.keyboard.press('ArrowRight');
    await expect.poll(() => panel.innerText()).not.toContain(before);
  });

  test('an event is found by its message id, with what is in it and whose it is', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    const { events } = await pages.ask<{ events: { edges: { node: { messageId: string; userId: string } }[] } }>(
      reader,
      '{ events(first: 1, where: { name: { eq: "Order Completed" } }) { edges { node { messageId userId } } } }',
    );
    const { messageId } = events.edges[0]!.node;
    await go(reader, '/events');
    await page.getByLabel('Message id begins with').fill(messageId);
    await page.waitForURL('**/events?message=*');
    await expect.poll(() => page.locator('tbody th').allInnerTexts()).toEqual([`Order Completed\n${messageId}`]);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('"order_id"').waitFor();
  });

  test('a customer that does not exist is said to be missing', async () => {
    await using reader = await pages.open();
    await go(reader, '/customers/bm9ib2R5');
    await reader.page.getByRole('heading', { name: 'There is no such customer.' }).waitFor();
  });

  test('trains a model and shows its new version', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/models');
    const panel = page.getByRole('region', { name: 'Price elasticity', exact: true });
    await panel.getByText('version 1', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Train' }).click();
    await panel.getByText('version 2', { exact: true }).waitFor({ timeout: 45_000 });
  });

  test('keeps the old figures when the server goes away, says so, and comes back by a click', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    // Live results would bring the figures all the same.
    await page.routeWebSocket('**/graphql', (socket) => socket.close());
    await go(reader, '/');
    const before = await kpi(reader, 'orders');
    let asked = 0;
    await page.route('**/graphql', (route) => {
      if (route.request().postData()?.includes('"operationName":"Figures"')) asked += 1;
      return route.abort();
    });
    await page.keyboard.press('q');
    const panel = page.getByRole('region', { name: 'Key figures' });
    await panel.getByText('The latest refresh failed').waitFor();
    expect(await kpi(reader, 'orders')).toBe(before);
    await page.waitForTimeout(500);
    expect(asked, 'a failed answer is not asked for again on its own').toBe(1);
    await page.unroute('**/graphql');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => kpi(reader, 'orders')).not.toBe(before);
    await panel.getByText('The latest refresh failed').waitFor({ state: 'detached' });
  });

  test('hides what a role may not see, and offers nothing that it may not do', async () => {
    await using reader = await pages.open({ signedIn: false, role: 'VIEWER' });
    const { page } = reader;
    await go(reader, '/customers');
    const { id, externalId } = await bestCustomer(reader);
    expect(await page.locator('tbody th').first().innerText()).toBe(externalId);
    await go(reader, `/customers/${encodeURIComponent(id)}`);
    await page.getByRole('heading', { level: 1, name: externalId }).waitFor();
    expect(await page.getByText('hidden by your role').count()).toBe(2);
    await go(reader, '/models');
    await page.getByRole('region', { name: 'Churn', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Train' }).count()).toBe(0);
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('makes a key that works, shows its secret once, and takes it away', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/');
    await page.getByRole('button', { name: /^Account/u }).click();
    await page.getByRole('menuitem', { name: 'Keys of programs' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Nightly report');
    await dialog.getByLabel('API key: reads the graph').check();
    expect(await axeFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    await dialog.getByText('The key, shown this once').waitFor();
    const secret = (await dialog.locator('code').first().textContent()) ?? '';
    const asked = () =>
      fetch(`${pages.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ query: '{ metrics { orders } }' }),
      });
    expect(await (await asked()).json()).toMatchObject({ data: { metrics: { orders: expect.any(Number) } } });
    await dialog.getByRole('button', { name: 'I have stored it' }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke: Nightly report' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText(/^revoked /u).waitFor();
    expect((await asked()).status).toBe(401);
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('a rule is tried on a customer, saved, heeded at once, deleted and brought back', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    const { id: customer, externalId } = await bestCustomer(reader);
    const firstProduct = async () => {
      const answer = await pages.ask<{ customer: { recommendations: { edges: { node: { product: Named } }[] } } }>(
        reader,
        'query ($id: ID!) { customer(id: $id) { recommendations(first: 1) { edges { node { product { id name } } } } } }',
        { id: customer },
      );
      return answer.customer.recommendations.edges[0]!.node.product.name;
    };
    const unwanted = await firstProduct();
    await go(reader, '/rules');
    await page.getByRole('button', { name: 'New rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Not this one');
    await dialog.getByLabel('It is to').selectOption('EXCLUDE');
    await dialog.getByLabel('Single products').fill(unwanted);
    await dialog.getByRole('button', { name: unwanted, exact: true }).first().click();
    await dialog.getByLabel('Customer whose id begins with').fill(externalId);
    const preview = dialog.getByRole('region', { name: 'What it would do' });
    await preview.getByText('With this rule').waitFor();
    const lists = preview.locator('ol');
    await expect.poll(() => lists.nth(0).innerText()).toContain(unwanted);
    await expect.poll(() => lists.nth(1).innerText()).not.toContain(unwanted);
    expect(await firstProduct(), 'a preview changes nothing').toBe(unwanted);
    expect(await axeFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save the rule' }).click();
    const row = page.getByRole('row', { name: /Not this one/u });
    await row.getByText(`Never show: “${unwanted}”`).waitFor();
    expect(await firstProduct()).not.toBe(unwanted);
    await row.getByRole('button', { name: 'Turn off: Not this one' }).click();
    await row.getByText('off', { exact: true }).waitFor();
    expect(await firstProduct()).toBe(unwanted);
    await row.getByRole('button', { name: 'Turn on: Not this one' }).click();
    await row.getByText('holds', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Delete: Not this one' }).click();
    await page.getByText('“Not this one” is deleted.').waitFor();
    expect(await firstProduct()).toBe(unwanted);
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await row.getByText('holds', { exact: true }).waitFor();
    expect(await firstProduct()).not.toBe(unwanted);
    await row.getByRole('button', { name: 'Delete: Not this one' }).click();
    await page.getByText('“Not this one” is deleted.').waitFor();
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('a person is exported, erased after the id was typed once more, and verified to be gone', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    const { customers } = await pages.ask<{ customers: { edges: { node: { id: string; externalId: string } }[] } }>(
      reader,
      '{ customers(first: 1, where: { anonymous: false }, orderBy: { field: REVENUE, direction: ASC }) { edges { node { id externalId } } } }',
    );
    const { id, externalId } = customers.edges[0]!.node;
    await go(reader, `/customers/${encodeURIComponent(id)}`);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(JSON.parse(file)).toBeTypeOf('object');
    expect(file).toContain(externalId);
    await page.getByRole('button', { name: 'Erase…' }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase for good' });
    await dialog.getByLabel(`Type ${externalId} to confirm`).fill('somebody else');
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${externalId} to confirm`).fill(externalId);
    expect(await axeFaults(page)).toEqual([]);
    await erase.click();
    await dialog.getByText('Receipt:').waitFor();
    await dialog.getByRole('button', { name: 'Look for what is left' }).click();
    await dialog.getByText(/^Nothing is left/u).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.waitForURL('**/customers');
    const { customer } = await pages.ask<{ customer: unknown }>(
      reader,
      'query ($id: ID!) { customer(id: $id) { id } }',
      { id },
    );
    expect(customer).toBeNull();
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('every example of the playground is answered without an error', async () => {
    await using reader = await pages.open();
    const { id: customer } = await bestCustomer(reader);
    const { products } = await pages.ask<{ products: { edges: { node: { id: string } }[] } }>(
      reader,
      '{ products(first: 1, orderBy: { field: REVENUE }) { edges { node { id } } } }',
    );
    const ids = { customer, product: products.edges[0]!.node.id };
    // Those that are followed instead of asked are tried beside.
    for (const { query, needs = [] } of examples.filter(({ query }) => !query.startsWith('subscription'))) {
      const variables = Object.fromEntries(needs.map((name) => [name, ids[name]]));
      const answer = await pages.ask<Record<string, unknown>>(reader, query, variables);
      expect(Object.values(answer)).not.toContain(null);
    }
  });

  test('on a telephone the reasons of those at risk are whole, and a wrapped name starts under the name', async () => {
    await using reader = await pages.open({ width: 390 });
    await go(reader, '/');
    const cut = await reader.page.evaluate(
      `[...document.querySelectorAll('section li span')].filter((one) => one.scrollWidth > one.clientWidth + 1 &&
        getComputedStyle(one).textOverflow === 'ellipsis').map((one) => one.textContent)`,
    );
    expect(cut).toEqual([]);
    const { id } = await bestCustomer(reader);
    await go(reader, `/customers/${encodeURIComponent(id)}`);
    const lefts = (await reader.page.evaluate(
      `[...document.querySelectorAll('tbody th a[href^="/products/"]')].map((one) =>
        [...new Set([...one.getClientRects()].map(({ left }) => Math.round(left)))])`,
    )) as number[][];
    expect(lefts.length).toBeGreaterThan(0);
    for (const left of lefts) expect(left).toEqual(lefts[0]);
  });

  test('signs out, and the session is over', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/');
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto(`${pages.url}/models`);
    await page.waitForURL('**/sign-in?next=*');
  });

  describe.each([
    { locale: 'en', theme: 'light', width: 1440 },
    { locale: 'ru', theme: 'dark', width: 1440 },
    { locale: 'ru', theme: 'light', width: 390 },
    { locale: 'en', theme: 'dark', width: 390 },
  ] as const)('in $locale, $theme, $width px', (options) => {
    test.each([
      '/',
      '/customers',
      '/products',
      '/models',
      '/segments',
      '/events',
      '/events?show=refused',
      '/keys',
      '/rules',
      '/customers/first',
      '/products/first',
      '/sign-in',
    ])(
      '%s has no fault: of accessibility, in the console, sideways scrolling, or a request to outside',
      async (path) => {
        await using reader = await pages.open(options);
        const kind = path.split('/')[1];
        if (path.endsWith('/first')) {
          const answer = await pages.ask<Record<string, { edges: { node: { id: string } }[] }>>(
            reader,
            `{ ${kind}(first: 1, orderBy: { field: REVENUE }) { edges { node { id } } } }`,
          );
          await go(reader, `/${kind}/${encodeURIComponent(answer[kind!]!.edges[0]!.node.id)}`);
        } else await go(reader, path);
        expect(await axeFaults(reader.page)).toEqual([]);
        const overflow = await reader.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(overflow).toBe(0);
        expect(reader.faults).toEqual({ console: [], outside: [] });
      },
    );
  });

  test('the address a newcomer guesses leads to the playground', async () => {
    await using reader = await pages.open();
    await reader.page.goto(`${pages.url}/playground`);
    await reader.page.waitForURL('**/graphiql');
    await reader.page.getByRole('button', { name: 'Execute query (Ctrl-Enter)' }).waitFor();
  });

  test('the playground runs its first example, and asks nobody outside', async () => {
    await using reader = await pages.open();
    await reader.page.goto(`${pages.url}/graphiql`);
    const run = reader.page.getByRole('button', { name: 'Execute query (Ctrl-Enter)' });
    await reader.page.locator('.graphiql-query-editor .view-lines').getByText('CustomerFromAllSubgraphs').waitFor();
    const [response] = await Promise.all([
      reader.page.waitForResponse((one) => one.request().postData()?.includes('CustomerFromAllSubgraphs') ?? false),
      run.click(),
    ]);
    const { data, errors } = (await response.json()) as {
      errors?: unknown;
      data?: { customer: { name: string; recommendations: { edges: unknown[] } } };
    };
    expect(errors).toBeUndefined();
    expect(data?.customer.recommendations.edges).toHaveLength(5);
    const shown = async () => (await reader.page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
    await expect.poll(shown).toContain(data?.customer.name);
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });
});
