import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoShopState, fillDemoShop } from '../../standalone/src/demo-data.ts';
import { issueSignInLink } from '../../standalone/src/sign-in-link.ts';
import { startSystem } from '../../standalone/src/system.ts';
import { openGraph } from '../graph/open-graph.ts';
import type { TestTemplate } from '../postgres-fixture.ts';
import { testSecret } from '../system-template.ts';
import { launchChromium } from './chromium.ts';

/** A small demo shop with every model fitted, as `npm start` leaves it. */
const smallShop: TestTemplate = {
  name: 'small_demo_shop',
  prepare: async (adminUrl) => {
    const folder = await mkdtemp(join(tmpdir(), 'cda-browser-'));
    await using system = await startSystem({
      adminUrl,
      internalSecret: testSecret,
      log: silentLog,
      trainingThreads: 2,
    });
    try {
      await demoShopState(adminUrl);
      await fillDemoShop({
        adminUrl,
        writerUrl: system.roleUrl('analytics'),
        dataDir: folder,
        seed: 42,
        scale: 0.2,
        now: new Date(),
        progress: () => undefined,
      });
      await system.catchUp();
      await system.train();
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** What a page did that it must not do. */
export interface Faults {
  console: string[];
  outside: string[];
}

export interface OpenPages extends AsyncDisposable {
  url: string;
  browser: Browser;
  /** A new reader; signed in as the administrator unless told otherwise. */
  open(options?: ReaderOptions): Promise<Reader>;
  /** Leads to a page and waits until everything on it is there. */
  go(reader: Reader, path: string): Promise<void>;
  /** Asks the graph what the page should show, with the reader's own session. */
  ask<Data>(reader: Reader, query: string, variables?: Record<string, unknown>): Promise<Data>;
}

export interface ReaderOptions {
  signedIn?: boolean;
  /** Reads with a token of this role in place of a session. */
  role?: Role;
  locale?: 'en' | 'ru';
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

export interface Reader extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  faults: Faults;
}

/** Waits until nothing on a page is on its way any more. */
export async function settled({ page }: Reader): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
}

const webRoot = resolve(import.meta.dirname, '../../web/dist');

/** The built pages over the real system with a small demo shop, and a real browser to look at them with. */
export async function openPages(): Promise<OpenPages> {
  await using opening = new AsyncDisposableStack();
  const { gateway, system, secrets } = opening.use(await openGraph({ template: smallShop, gateway: { webRoot } }));
  const browser = opening.adopt(await launchChromium(), (one) => one.close());
  const { url } = gateway;

  const tokenOf = async (role: Role) =>
    (await issueAccessToken(secrets.access, { subject: `operator:${role}`, role })).token;

  const open = async (options: ReaderOptions = {}): Promise<Reader> => {
    const { signedIn = true, locale = 'en', theme = 'light', width = 1440, height = 900 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: locale === 'ru' ? 'ru-RU' : 'en-GB',
      timezoneId: 'America/New_York',
      ...(options.role ? { extraHTTPHeaders: { authorization: `Bearer ${await tokenOf(options.role)}` } } : {}),
    });
    const page = await context.newPage();
    const faults: Faults = { console: [], outside: [] };
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.console.push(message.text());
    });
    page.on('pageerror', (error) => faults.console.push(String(error)));
    context.on('request', (request) => {
      const address = request.url();
      if (!address.startsWith(url) && !address.startsWith('blob:') && !address.startsWith('data:')) {
        faults.outside.push(address);
      }
    });
    if (signedIn) {
      await page.goto(await issueSignInLink(system.roleUrl('users'), url));
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
  };

  const held = opening.move();
  return {
    url,
    browser,
    open,
    async go(reader, path) {
      await reader.page.goto(url + path);
      await settled(reader);
    },
    async ask<Data>({ context }: Reader, query: string, variables: Record<string, unknown> = {}) {
      const response = await context.request.post(`${url}/graphql`, {
        headers: { 'apollo-require-preflight': '1' },
        data: { query, variables },
      });
      const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
      if (errors || !data) throw new Error(`The graph refused: ${JSON.stringify(errors)}`);
      return data;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
