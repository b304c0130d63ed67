import { assignVariant } from '@cda/platform/experiments/assignment.ts';
import { createRandom } from '@cda/platform/ml/random.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader, settled } from './open-page.ts';

const button = {
  key: 'buy-button',
  name: 'Green buy button',
  hypothesis: 'Green says “go”.',
  kind: 'SHOP',
  minimumEffect: 0.3,
  guardMetrics: ['REFUNDED'],
  secondaryMetrics: ['REVENUE'],
  variants: [
    { key: 'blue', name: 'Blue' },
    { key: 'green', name: 'Green' },
  ],
};

// Without a browser for this machine there is nothing to look with: set CHROMIUM_PATH.
describe.skipIf(chromiumPath === undefined)('the pages of experiments', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  const go = (reader: Reader, path: string) => pages.go(reader, path);

  test('lead from nothing to a defined, started, stopped and archived experiment, and each step back', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/');
    await page.keyboard.press('6');
    await page.getByText('Nothing has been tried yet.').waitFor();
    await page.getByRole('button', { name: 'New experiment' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Personal or popular');
    expect(await dialog.getByLabel('Key').inputValue()).toBe('personal-or-popular');
    await dialog.getByText(/\d people in each variant to find a change of 10/).waitFor();
    const planned = await dialog.getByRole('status').textContent();
    await dialog.getByLabel('Smallest change worth finding, %').fill('40');
    await expect.poll(() => dialog.getByRole('status').textContent()).not.toBe(planned);
    await dialog.getByRole('button', { name: 'Define' }).click();
    await page.getByRole('heading', { level: 1, name: 'Personal or popular' }).waitFor();
    await page.getByText('Not started yet.').waitFor();

    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByText('draft', { exact: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.getByText('running', { exact: true }).waitFor();
    await page.getByText('Too little data yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByText('archived', { exact: true }).waitFor();
    await go(reader, '/experiments?shelf=archived');
    await page.getByRole('link', { name: 'Personal or popular' }).waitFor();
    expect(reader.faults).toEqual({ console: [], outside: [] });
  });

  test('say in the form why an experiment was not taken, and keep what was written', async () => {
    await using reader = await pages.open();
    const { page } = reader;
    await go(reader, '/experiments');
    await page.getByRole('button', { name: 'New experiment' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Same on both sides');
    await dialog.getByLabel('Lists made by').nth(1).selectOption('HYBRID');
    await dialog.getByRole('button', { name: 'Define' }).click();
    await expect.poll(() => dialog.getByRole('alert').textContent()).toContain('nothing to compare');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Same on both sides');
  });

  test('offer nothing to change to who may only read', async () => {
    await using reader = await pages.open({ role: 'VIEWER', signedIn: false });
    await go(reader, '/experiments');
    await reader.page.getByRole('heading', { level: 1, name: 'Experiments' }).waitFor();
    expect(await reader.page.getByRole('button', { name: 'New experiment' }).count()).toBe(0);
  });

  /** Lists of two sides as the graph serves them, seen and clicked: most people click what the first side drafted. */
  const servedAndClicked = async (reader: Reader) => {
    interface Served {
      customers: {
        edges: {
          node: {
            externalId: string;
            recommendations: {
              recommendationId: string;
              edges: { node: { variant: string | null; product: { externalId: string } } }[];
            };
          };
        }[];
      };
    }
    const read = (): Promise<Served> =>
      pages.ask<Served>(
        reader,
        `{ customers(first: 40, where: { anonymous: false }, orderBy: { field: REVENUE }) { edges { node { externalId
           recommendations(first: 6) { recommendationId edges { node { variant product { externalId } } } } } } } }`,
      );
    // Recommendations learns of the start from the log, some milliseconds later.
    const { customers } = await vi.waitFor(
      async () => {
        const answer = await read();
        expect(
          answer.customers.edges.some(({ node }) => /[.]two-sides[.]/.test(node.recommendations.recommendationId)),
        ).toBe(true);
        return answer;
      },
      { timeout: 20_000, interval: 300 },
    );
    const input = customers.edges.flatMap(({ node: { externalId: userId, recommendations } }, person) => {
      const wanted = person % 5 === 0 ? 'popular' : 'personal';
      const chosen = recommendations.edges.find(({ node }) => node.variant === wanted)?.node.product.externalId;
      const properties = { recommendation_id: recommendations.recommendationId };
      const products = recommendations.edges.map(({ node }) => ({ product_id: node.product.externalId }));
      return [
        { event: 'Product List Viewed', messageId: `list-${person}`, userId, properties: { ...properties, products } },
        ...(chosen
          ? [
              {
                event: 'Product Clicked',
                messageId: `click-${person}`,
                userId,
                properties: { ...properties, product_id: chosen },
              },
            ]
          : []),
      ];
    });
    await pages.ask(
      reader,
      'mutation ($input: [EventInput!]!) { trackEvents(input: $input) { __typename ... on UserError { message } } }',
      { input },
    );
  };

  describe('with figures', () => {
    let id: string;
    let sides: string;
    beforeAll(async () => {
      await using reader = await pages.open();
      const save = `mutation ($experiment: ExperimentInput!) { saveExperiment(experiment: $experiment) {
        ... on ExperimentChanged { experiment { id } } ... on UserError { message } } }`;
      const { saveExperiment } = await pages.ask<{ saveExperiment: { experiment: { id: string } } }>(reader, save, {
        experiment: button,
      });
      id = saveExperiment.experiment.id;
      await pages.ask(reader, 'mutation ($id: ID!) { startExperiment(id: $id) { __typename } }', { id });
      const both = await pages.ask<{ saveExperiment: { experiment: { id: string } } }>(reader, save, {
        experiment: {
          key: 'two-sides',
          name: 'Two sides',
          kind: 'INTERLEAVING',
          placement: 'HOME',
          variants: [
            { key: 'personal', name: 'Personal', pipeline: 'HYBRID' },
            { key: 'popular', name: 'Popular', pipeline: 'POPULAR' },
          ],
        },
      });
      sides = both.saveExperiment.experiment.id;
      await pages.ask(reader, 'mutation ($id: ID!) { startExperiment(id: $id) { __typename } }', { id: sides });
      await servedAndClicked(reader);
      const random = createRandom(8);
      const split = {
        key: button.key,
        audienceShare: 1,
        variants: button.variants.map(({ key }) => ({ key, weight: 1 })),
      };
      const input = Array.from({ length: 1_600 }, (_, person) => {
        const userId = `visitor-${person}`;
        const variant = assignVariant(split, `u:${userId}`)!;
        const viewed = {
          event: 'Experiment Viewed',
          messageId: `seen-${person}`,
          userId,
          properties: { experiment_id: button.key, variation_id: variant },
        };
        const bought = {
          event: 'Order Completed',
          messageId: `bought-${person}`,
          userId,
          properties: {
            order_id: `x${person}`,
            products: [{ product_id: 'P0001', price: 10 + random.integer(40), quantity: 1 }],
          },
        };
        return random.next() < (variant === 'green' ? 0.3 : 0.15) ? [viewed, bought] : [viewed];
      }).flat();
      for (let from = 0; from < input.length; from += 500) {
        await pages.ask(
          reader,
          `mutation ($input: [EventInput!]!) { trackEvents(input: $input) { __typename ... on UserError { message } } }`,
          { input: input.slice(from, from + 500) },
        );
      }
      await vi.waitFor(
        async () => {
          const { experiment } = await pages.ask<{
            experiment: { results: { people: number; decision: { code: string } } };
          }>(reader, 'query ($id: ID!) { experiment(id: $id) { results { people decision { code } } } }', { id });
          expect(experiment.results).toEqual({ people: 1_600, decision: { code: 'WINNER' } });
        },
        { timeout: 20_000, interval: 200 },
      );
    }, 60_000);

    test('show who is better, by how much, and how sure that is, as the graph says', async () => {
      await using reader = await pages.open();
      const { page } = reader;
      await go(reader, `/experiments/${id}`);
      await page.getByText('Green is better').waitFor();
      const { experiment } = await pages.ask<{
        experiment: { results: { metrics: { variants: { lift: { value: number } | null }[] }[] } };
      }>(reader, 'query ($id: ID!) { experiment(id: $id) { results { metrics { variants { lift { value } } } } } }', {
        id,
      });
      const lift = experiment.results.metrics[0]!.variants[1]!.lift!.value;
      const figures = page.getByRole('group', { name: 'People who ordered (decides)' });
      expect(await figures.textContent()).toContain(`+${Math.round(100 * lift)}`);
      expect(await page.getByText('must not get worse', { exact: true }).count()).toBe(1);
      await page
        .getByText(/Each variant needs \d+ people with this outcome/)
        .first()
        .waitFor();
    });

    test('show which side of lists people clicked, from the lists that the graph served', async () => {
      await using reader = await pages.open();
      await go(reader, `/experiments/${sides}`);
      const clicks = reader.page
        .getByText(/Personal: \d+\speople · Popular: \d+\s(person|people) · both alike: 0/)
        .first();
      await clicks.waitFor();
      const [personal, popular] = [...(await clicks.innerText()).matchAll(/: (\d+)\sp/g)].map(([, count]) =>
        Number(count),
      );
      expect(personal! + popular!).toBeGreaterThan(20);
      expect(personal!).toBeGreaterThan(popular!);
      await reader.page.getByText('Keep Personal').waitFor();
    });

    test.each([
      { locale: 'en', theme: 'light', width: 1440 },
      { locale: 'ru', theme: 'dark', width: 1440 },
      { locale: 'ru', theme: 'light', width: 390 },
      { locale: 'en', theme: 'dark', width: 390 },
    ] as const)(
      'have no fault in $locale, $theme, $width px: of accessibility, in the console, sideways',
      async (options) => {
        await using reader = await pages.open(options);
        const { page } = reader;
        for (const path of [
          '/experiments',
          '/experiments?shelf=archived',
          `/experiments/${id}`,
          `/experiments/${sides}`,
        ]) {
          await go(reader, path);
          expect([path, await axeFaults(page)]).toEqual([path, []]);
          const sideways = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect([path, sideways]).toEqual([path, 0]);
        }
        await go(reader, '/experiments');
        await page
          .getByRole('button', { name: options.locale === 'ru' ? 'Новый эксперимент' : 'New experiment' })
          .click();
        await page.getByRole('dialog').waitFor();
        await settled(reader);
        expect(await axeFaults(page)).toEqual([]);
        if (process.env['PICTURES']) {
          await page.screenshot({ path: `${process.env['PICTURES']}/form-${options.locale}-${options.width}.png` });
          await go(reader, `/experiments/${id}`);
          await page.screenshot({
            path: `${process.env['PICTURES']}/page-${options.locale}-${options.width}.png`,
            fullPage: true,
          });
          await go(reader, '/experiments');
          await page.screenshot({ path: `${process.env['PICTURES']}/list-${options.locale}-${options.width}.png` });
        }
        expect(reader.faults).toEqual({ console: [], outside: [] });
      },
    );
  });
});
