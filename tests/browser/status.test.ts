import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults } from './axe.ts';
import { chromiumPath } from './chromium.ts';
import { type OpenPages, openPages, type Reader } from './open-page.ts';

// Without a browser for this machine there is nothing to look with: set CHROMIUM_PATH.
describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  let pages: OpenPages;
  beforeAll(async () => {
    pages = await openPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());

  const rows = ({ page }: Reader) => page.getByRole('row').allTextContents();

  /** Answers the status page's question instead of the gateway. */
  const instead = ({ page }: Reader, answer: object) =>
    page.route('**/graphql', (route) =>
      route.request().postData()?.includes('SystemStatus')
        ? route.fulfill({ json: answer, contentType: 'application/json' })
        : route.continue(),
    );

  test('the status page names each part with how it does, in both languages, from the account menu', async () => {
    await using reader = await pages.open();
    await reader.page.goto(pages.url);
    await reader.page.getByRole('button', { name: /Account/ }).click();
    await reader.page.getByRole('menuitem', { name: 'System status' }).click();
    await reader.page.waitForURL('**/status');
    await expect
      .poll(() => rows(reader))
      .toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Models.*models answer/),
          expect.stringMatching(/^Graph.*Works/),
        ]),
      );
    expect(await axeFaults(reader.page)).toEqual([]);
    expect(reader.faults).toEqual({ console: [], outside: [] });

    await using russian = await pages.open({ locale: 'ru', theme: 'dark', width: 390 });
    await russian.page.goto(`${pages.url}/status`);
    await expect.poll(() => rows(russian)).toEqual(expect.arrayContaining([expect.stringMatching(/^Модели.*модел/)]));
    expect(await axeFaults(russian.page)).toEqual([]);
    const overflow = await russian.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('the status page says what is wrong in red, and that nothing is told or nobody answers', async () => {
    const part = { __typename: 'HealthPart', kind: 'DATABASE', since: new Date().toISOString(), ageSeconds: null };
    const health = {
      __typename: 'Health',
      status: 'DOWN',
      checkedAt: new Date().toISOString(),
      text: '1 part needs a look.',
    };
    await using broken = await pages.open();
    const away = { ...part, name: 'database', status: 'DOWN', text: 'The database does not answer.' };
    await instead(broken, { data: { health: { ...health, parts: [away] } } });
    await broken.page.goto(`${pages.url}/status`);
    await expect.poll(() => rows(broken)).toContainEqual(expect.stringMatching(/Database.*Away.*does not answer/));
    expect(await broken.page.getByRole('heading', { level: 2 }).textContent()).toBe('1 part needs a look.');

    await using empty = await pages.open();
    await instead(empty, { data: { health: { ...health, status: 'UP', parts: [] } } });
    await empty.page.goto(`${pages.url}/status`);
    await empty.page.getByText('No part tells how it does.').waitFor();

    await using failed = await pages.open();
    const error = { message: 'Away.', extensions: { code: 'SUBGRAPH_UNAVAILABLE', requestId: 'request-1' } };
    await instead(failed, { data: { health: null }, errors: [error] });
    await failed.page.goto(`${pages.url}/status`);
    await failed.page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  test('the sign-in page offers the identity provider where there is one, and leads back to the page that was wanted', async () => {
    await using without = await pages.open({ signedIn: false });
    await without.page.goto(`${pages.url}/sign-in`);
    await without.page.waitForLoadState('networkidle');
    expect(await without.page.getByRole('link', { name: /Sign in with/ }).count()).toBe(0);

    await using reader = await pages.open({ signedIn: false, locale: 'ru' });
    await reader.page.route('**/sign-in/methods', (route) =>
      route.fulfill({ json: { password: true, oidc: { name: 'Компания' } } }),
    );
    await reader.page.goto(`${pages.url}/sign-in?next=%2Fcustomers%3Frecency%3D0-30`);
    const link = reader.page.getByRole('link', { name: 'Войти через Компания' });
    expect(await link.getAttribute('href')).toBe('/sign-in/oidc?next=%2Fcustomers%3Frecency%3D0-30');
    expect(await axeFaults(reader.page)).toEqual([]);
    await reader.page.goto(`${pages.url}/sign-in?next=${encodeURIComponent('//evil.example')}`);
    expect(await link.getAttribute('href')).toBe('/sign-in/oidc?next=%2F');
  });

  test.each([
    ['member', 'none of the groups'],
    ['account', 'no account here'],
    ['attempt', 'not completed'],
    ['email', 'does not vouch'],
    ['provider', 'does not answer'],
    ['made-up', 'Signing in failed'],
  ])('a sign-in that the provider could not bring about (%s) is explained', async (fault, words) => {
    await using reader = await pages.open({ signedIn: false });
    await reader.page.goto(`${pages.url}/sign-in?refused=oidc-${fault}`);
    await expect.poll(() => reader.page.getByRole('alert').textContent()).toContain(words);
  });

  test('the playground sorts its examples by reader, and a link brings a query to another reader without running it', async () => {
    await using reader = await pages.open();
    await reader.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await reader.page.goto(`${pages.url}/graphiql`);
    const editor = (one: Reader) => one.page.locator('.graphiql-query-editor .view-lines');
    for (const heading of ['For analysts', 'For marketers', 'For developers'])
      await reader.page.getByRole('heading', { name: heading }).waitFor();
    // What is chosen before the editor is there has nowhere to stand.
    await editor(reader).getByText('CustomerFromAllSubgraphs').waitFor();
    await reader.page.getByRole('button', { name: /SystemHealth/ }).click();
    await editor(reader).getByText('SystemHealth').waitFor();
    await reader.page.getByRole('button', { name: 'Link to this query' }).click();
    await reader.page.getByRole('button', { name: 'The link is copied' }).waitFor();
    const link = await reader.page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toMatch(/\/graphiql#share=[\w-]+$/);

    for (const cameBefore of [false, true]) {
      await using other = await pages.open();
      if (cameBefore) {
        await other.page.goto(`${pages.url}/graphiql`);
        await editor(other).getByText('CustomerFromAllSubgraphs').waitFor();
      }
      const asked: string[] = [];
      other.page.on('request', (request) => asked.push(request.postData() ?? ''));
      await other.page.goto('about:blank');
      await other.page.goto(link);
      await editor(other).getByText('SystemHealth').waitFor();
      expect(asked.filter((body) => body.includes('SystemHealth'))).toEqual([]);
      expect(other.faults).toEqual({ console: [], outside: [] });
    }
  });
});
