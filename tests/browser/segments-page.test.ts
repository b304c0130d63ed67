import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader } from './open-page.ts';

interface Flow {
  segmentFlow: { moves: { from: string | null; to: string | null; customers: number }[] } | null;
}

describe.skipIf(chromiumPath === undefined)('the page of segments', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  const go = (reader: Reader) => pages.go(reader, '/segments');
  const flowOf = (reader: Reader) => pages.ask<Flow>(reader, '{ segmentFlow { moves { from to customers } } }');

  test('shows every segment with who is expected to leave, and that nobody can have moved yet', async () => {
    await using reader = await pages.open();
    await go(reader);
    const { segments, segmentation } = await pages.ask<{
      segments: { name: string; size: number }[];
      segmentation: { outside: number };
    }>(reader, '{ segments { name size } segmentation(algorithm: DBSCAN) { outside } }');
    const groups = reader.page.getByRole('region', { name: 'Groups of customers', exact: true });
    const links = await groups.getByRole('link').allInnerTexts();
    expect(links).toEqual(segments.map(({ name }) => name));
    const flow = reader.page.getByRole('region', { name: 'Who moved where', exact: true });
    await flow.getByText('The segmentation was trained once so far.').waitFor();
    const ways = reader.page.getByRole('region', { name: 'Ways to divide', exact: true });
    const dense = ways.getByRole('row', { name: /DBSCAN/ });
    expect(await dense.innerText()).toContain(segmentation.outside.toLocaleString('en-GB'));
    await ways.getByText('No segment by rule has been saved yet').waitFor();
    expect(await axeFaults(reader.page)).toEqual([]);
  });

  test('shows who moved once the segmentation was trained again, and keeps it when the server goes away', async () => {
    await using reader = await pages.open();
    await pages.ask(reader, 'mutation { trainModel(name: "users.segmentation") { __typename } }');
    await expect
      .poll(async () => (await flowOf(reader)).segmentFlow !== null, { timeout: 60_000, interval: 500 })
      .toBe(true);
    await go(reader);
    const { segmentFlow } = await flowOf(reader);
    const flow = reader.page.getByRole('region', { name: 'Who moved where', exact: true });
    const told = await flow.getByRole('listitem').allInnerTexts();
    expect(told).toHaveLength(segmentFlow!.moves.length);
    const counted = told.map((text) => Number(/: ([\d,]+),/.exec(text)![1]!.replaceAll(',', '')));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(
      segmentFlow!.moves.reduce((sum, { customers }) => sum + customers, 0),
    );
    await flow.getByText('from version 1 to version 2').waitFor();
    expect(await axeFaults(reader.page)).toEqual([]);

    await using other = await pages.open({ locale: 'ru', theme: 'dark', width: 390 });
    await other.page.route('**/graphql', (route) =>
      route.request().postData()?.includes('"operationName":"SegmentFlow"') ? route.abort() : route.continue(),
    );
    await go(other);
    const broken = other.page.getByRole('region', { name: 'Кто куда перешёл', exact: true });
    await broken.getByRole('alert').waitFor();
    await other.page.unroute('**/graphql');
    await broken.getByRole('button', { name: 'Ещё раз' }).click();
    await broken.getByText('с версии 1 на версию 2').waitFor();
    expect(await axeFaults(other.page)).toEqual([]);
    expect(
      await other.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
  });
});
