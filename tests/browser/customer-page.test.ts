import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader } from './open-page.ts';

interface Timeline {
  pageInfo: { hasNextPage: boolean };
  edges: { node: { kind: string; text: string } }[];
}

describe.skipIf(chromiumPath === undefined)('the page of a customer', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  const one = async (reader: Reader, where: string): Promise<string> => {
    const { customers } = await pages.ask<{ customers: { edges: { node: { id: string } }[] } }>(
      reader,
      `{ customers(first: 1, where: ${where}, orderBy: { field: ORDER_COUNT }) { edges { node { id } } } }`,
    );
    return customers.edges[0]!.node.id;
  };
  const go = (reader: Reader, id: string) => pages.go(reader, `/customers/${encodeURIComponent(id)}`);
  const choose = async ({ page }: Reader, group: string) => {
    await page.getByRole('button', { name: /^Show: / }).click();
    await page.getByRole('menuitemradio', { name: group, exact: true }).click();
  };
  const timelineOf = async (reader: Reader, id: string, more = ''): Promise<Timeline> =>
    (
      await pages.ask<{ customer: { timeline: Timeline } }>(
        reader,
        `query ($id: ID!) { customer(id: $id) { timeline(first: 100 ${more}) { pageInfo { hasNextPage } edges { node { kind text } } } } }`,
        { id },
      )
    ).customer.timeline;

  test('tells what happened as the graph does, more of it on demand, and some of it alone', async () => {
    await using reader = await pages.open();
    const id = await one(reader, '{ anonymous: false }');
    const told = (await timelineOf(reader, id)).edges.map(({ node }) => node.text);
    expect(told.length).toBeGreaterThan(40);
    await go(reader, id);
    const panel = reader.page.getByRole('region', { name: 'What happened', exact: true });
    const shown = () => panel.locator('li > span:nth-child(2)').allInnerTexts();
    expect(await shown()).toEqual(told.slice(0, 15));

    const more = panel.getByRole('button', { name: 'Show more' });
    await more.click();
    await expect.poll(shown).toEqual(told.slice(0, 30));
    // A page that fails to come says so where it would stand; the others stay.
    await reader.page.route('**/graphql', (route) => route.abort());
    await more.click();
    await panel.getByRole('alert').waitFor();
    expect(await shown()).toEqual(told.slice(0, 30));
    await reader.page.unroute('**/graphql');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(shown).toEqual(told.slice(0, 45));

    await choose(reader, 'Orders');
    const orders = await timelineOf(reader, id, ', kinds: [ORDER, REFUND]');
    await expect.poll(shown).toEqual(orders.edges.slice(0, 15).map(({ node }) => node.text));
  });

  test('says so where nothing of a kind happened, and where everything is told', async () => {
    await using reader = await pages.open();
    const id = await one(reader, '{ anonymous: true }');
    await go(reader, id);
    const panel = reader.page.getByRole('region', { name: 'What happened', exact: true });
    await choose(reader, 'Models');
    await panel.getByText('Nothing of this kind happened to this customer.').waitFor();

    await choose(reader, 'Everything');
    await panel.getByText('That is everything.').waitFor();
    expect(await axeFaults(reader.page)).toEqual([]);
  });

  test('tells it in Russian to Russian readers', async () => {
    await using reader = await pages.open({ locale: 'ru', theme: 'dark', width: 390 });
    await go(reader, await one(reader, '{ anonymous: false }'));
    const panel = reader.page.getByRole('region', { name: 'Что было', exact: true });
    await panel
      .getByText(/^Заказ .+ на .+: \d+ товар/)
      .first()
      .waitFor();
  });
});
