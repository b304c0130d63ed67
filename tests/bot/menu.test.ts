import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BotFixture, buttonsOf, startBotFixture } from './bot-fixture.ts';
import { viewer } from './fake-graph.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('the menu', () => {
  test('answers /start in one message with the shop, its clock and every place to go', async () => {
    const person = fixture.linked();
    const menu = await fixture.ask(person, '/start');
    expect(menu.text).toContain('Demo shop');
    expect(menu.text).toContain('Today by the shop’s clock: 23 Nov 2026');
    expect(menu.text).toContain('I answer for Anna (analyst)');
    expect(menu.text).toMatch(/As of 23 Nov 2026, 03:10 GMT · 27 minutes ago · demo shop/);
    expect(buttonsOf(menu).flat()).toEqual([
      '📊 Overview',
      '👥 Segments',
      '⚠️ Customers at risk',
      '🏷 Products',
      '🔎 Anomalies',
      '🧠 Models',
      '🧪 Experiments',
      '🌐 Русский',
      'Open the dashboard',
    ]);
  });

  test('is edited in place by every button and never answered by a second message', async () => {
    const person = fixture.linked();
    const menu = await fixture.ask(person, '/menu');
    for (const button of [
      '📊 Overview',
      '7 days',
      '☰ Menu',
      '👥 Segments',
      'Champions',
      '⚠️ At risk in this segment',
      '☰ Menu',
      '🏷 Products',
      'Next ›',
      '☰ Menu',
      '🔎 Anomalies',
      'Next ›',
      '☰ Menu',
      '🧠 Models',
      '☰ Menu',
    ]) {
      const edited = await fixture.press(person, button);
      expect(edited.id).toBe(menu.id);
    }
    expect(fixture.said(person)).toHaveLength(1);
  });

  test('shows the figures of a period against the one before, and says whether a move is good', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const overview = await fixture.press(person, '📊 Overview');
    expect(overview.text).toContain('Overview · 28 days');
    expect(overview.text).toContain('27 Oct – 23 Nov 2026 · today is not over\n');
    expect(overview.text).toContain('compared with 29 Sept – 26 Oct 2026');
    expect(overview.text).toContain('Revenue: £12,345.00  🟢 ▲ 23%');
    expect(overview.text).toContain('Refunds: £120.00 · new');
    expect(overview.text).toContain('Orders: 200 · no change');
    expect(overview.text).toContain('Conversion: 3.4%');
    expect(buttonsOf(overview)[0]).toEqual(['7 days', '• 28 days', '91 days']);
  });

  test('says that there is nothing to compare with, and shows no move, where the period before is not in the data', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const { before } = fixture.graph.shop.data;
    fixture.graph.shop.data.before = null;
    const overview = await fixture.press(person, '📊 Overview');
    fixture.graph.shop.data.before = before;
    expect(overview.text).toContain('no data to compare with: the period before begins before the first day with data');
    expect(overview.text).not.toMatch(/compared with|▲|▼| · new|no change/);
  });

  test('calls no day unfinished where the data is historical', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    fixture.graph.shop.shop.clock = 'LATEST_EVENT';
    const overview = await fixture.press(person, '📊 Overview');
    fixture.graph.shop.shop.clock = 'NOW';
    expect(overview.text).toContain('27 Oct – 23 Nov 2026\n');
    expect(overview.text).not.toContain('not over');
  });

  test('all of time is compared with nothing', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/overview');
    const overview = await fixture.press(person, 'All time');
    expect(overview.text).not.toMatch(/compared|▲|▼/);
  });

  test('goes from a segment to its customers at risk and back', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const list = await fixture.press(person, '👥 Segments');
    expect(list.text).toContain('Champions · 321 customers (21%) · £269,640.00');
    const one = await fixture.press(person, 'Champions');
    expect(one.text).toContain('They buy often and bought lately.');
    expect(one.text).toContain('Typical customer: bought 12 days ago, 9 orders, £840.00 in all');
    expect(one.text).toContain('Mean churn probability: 12%');
    const risk = await fixture.press(person, '⚠️ At risk in this segment');
    expect(risk.text).toContain('Customers at risk · Champions');
    expect((await fixture.press(person, '← Back')).text).toContain('They buy often');
  });

  test('pages through the customers at risk and opens one with churn, reasons and recommendations', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const first = await fixture.press(person, '⚠️ Customers at risk');
    expect(first.text).toContain('1. Customer 1 · United Kingdom · 91% · £98.28 to save of £1,200.00');
    expect(buttonsOf(first)).toEqual([['1', '2', '3', '4', '5'], ['1 / 3', 'Next ›'], ['☰ Menu']]);
    const second = await fixture.press(person, 'Next ›');
    expect(buttonsOf(second)[1]).toEqual(['‹ Prev', '2 / 3', 'Next ›']);
    const customer = await fixture.press(person, '7');
    expect(customer.text).toContain('Customer 7 · 17856');
    expect(customer.text).toContain('E-mail: customer-7@example.com');
    expect(customer.text).toContain('Segment: At risk\n  · Bought long ago');
    expect(customer.text).toContain('Churn: 79% (80% to 95%), high\ndoes not buy within 90 days · model version 3');
    expect(customer.text).toContain('▲ No order for 40 days');
    expect(customer.text).toContain('▼ Many orders before');
    expect(customer.text).toContain('Expected in the next 12 months: £300.00 (£120.00 to £550.00)');
    expect(customer.text).toContain('Lately:\n  · 14 Oct 2026: Order 4711 for £12.50: 1 item.');
    expect(customer.text).toContain('1. Mug 1 · £12.50\n    Bought together with your teapot');
    expect(customer.text).toMatch(/As of 23 Nov 2026/);
    const back = await fixture.press(person, '← Back');
    expect(buttonsOf(back)[1]).toContain('2 / 3');
  });

  test('opens no other customer where the list has moved since, and says so', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    await fixture.press(person, '⚠️ Customers at risk');
    const { customers } = fixture.graph.shop;
    const [gone] = customers.splice(0, 1);
    try {
      const answer = await fixture.press(person, '1');
      expect(answer.text).toContain('The list has changed since.');
      expect(answer.text).toContain('1. Customer 2');
    } finally {
      if (gone) customers.unshift(gone);
    }
  });

  test('shows what a price does to sales, or why that is not known', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const products = await fixture.press(person, '🏷 Products');
    expect(products.text).toContain('1. Teapot 1 · £25.00');
    expect(products.text).toContain('elasticity -1.52 (-2.10 to -0.95)');
    expect(products.text).toContain('Its price never moved');
  });

  test('writes an anomaly in the unit of its figure, with what was to be expected', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const anomalies = await fixture.press(person, '🔎 Anomalies');
    expect(anomalies.text).toContain('🔴 20 Nov 2026 · Revenue ▼ £123.00');
    expect(anomalies.text).toContain('expected £456.00 (£400.00 to £510.00), look now');
    expect(anomalies.text).toContain('Orders ▼ 2');
  });

  test('says of each experiment where it stands and what there is to say, by a command too', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const experiments = await fixture.press(person, '🧪 Experiments');
    expect(experiments.text).toContain(
      '🏆 Green <buy> button buy-button\n    running, started 2 Nov 2026, 1,600 people met it\n    “Green” is better\n    Against the control: +83 %',
    );
    expect(experiments.text).toContain('▫️ Planned planned\n    draft');
    fixture.graph.shop.data.experiments.length = 0;
    const none = await fixture.ask(person, '/experiments');
    expect(none.text).toContain('Nothing is being tried.');
  });

  test('says of each model whether it answers and what it beats', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/menu');
    const models = await fixture.press(person, '🧠 Models');
    expect(models.text).toContain(
      '✅ Churn users.churn\n    version 3, data up to 23 Nov 2026\n    Ranking: 0.761; the baseline (recency alone): 0.700',
    );
    expect(models.text).toContain('12 weeks of sales are needed, 3 are there');
  });

  test('says so where the data is historical', async () => {
    const person = fixture.linked();
    const { shop } = fixture.graph.shop;
    Object.assign(shop, { clock: 'LATEST_EVENT', demo: false });
    try {
      const menu = await fixture.ask(person, '/menu');
      expect(menu.text).toContain('historical data: the clock stands at its latest event');
      expect(menu.text).not.toMatch(/ago|demo shop/);
    } finally {
      Object.assign(shop, { clock: 'NOW', demo: true });
    }
  });

  test('asks no personal field for an account that may not read it', async () => {
    const person = fixture.linked({ account: viewer });
    await fixture.ask(person, '/menu');
    const list = await fixture.press(person, '⚠️ Customers at risk');
    expect(list.text).toContain('1. 17850 · United Kingdom');
    const customer = await fixture.press(person, '1');
    expect(customer.text).not.toMatch(/Customer 1|example\.com|did not answer/);
  });
});
