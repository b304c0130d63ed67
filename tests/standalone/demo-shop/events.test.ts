import { createHash } from 'node:crypto';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { normaliseEvent } from '@cda/platform/events/normalise.ts';
import { createDemoShop, type DemoShop } from '@cda/standalone/demo-shop/index.ts';
import { describe, expect, test } from 'vitest';
import { nameOf } from './observe.ts';

const until = new Date('2026-11-23T15:00:00Z');
const small = { seed: 11, scale: 0.04, until };
const shop = createDemoShop(small);
const events = [...shop.events()].flat();

function fingerprint(of: DemoShop): string {
  const hash = createHash('sha256');
  for (const batch of of.events()) hash.update(JSON.stringify(batch));
  return hash.update(JSON.stringify(of.truth)).digest('hex');
}

describe('the demo shop’s events', () => {
  test('are the same for the same seed, scale and moment, and on each call', () => {
    const first = fingerprint(shop);
    expect(fingerprint(shop)).toBe(first);
    expect(fingerprint(createDemoShop(small))).toBe(first);
    expect(fingerprint(createDemoShop({ ...small, seed: 12 }))).not.toBe(first);
    expect(fingerprint(createDemoShop({ ...small, until: new Date('2026-11-22T15:00:00Z') }))).not.toBe(first);
  });

  test('come in time order, in batches of at most 5,000, none before the first day and none after `until`', () => {
    const sizes = [...shop.events()].map((batch) => batch.length);
    expect(sizes.slice(0, -1).every((size) => size === 5000)).toBe(true);
    expect(sizes.at(-1)).toBeGreaterThan(0);
    expect(sizes.at(-1)).toBeLessThanOrEqual(5000);
    let last = shop.truth.from.toISOString();
    for (const { originalTimestamp } of events) {
      expect(originalTimestamp! >= last).toBe(true);
      last = originalTimestamp!;
    }
    expect(last <= until.toISOString()).toBe(true);
    expect(until.getTime() - Date.parse(last)).toBeLessThan(12 * 3_600_000);
  });

  test('are all accepted by the contract, and the totals of orders are those of their lines', () => {
    for (const event of events) {
      const before = JSON.stringify(event);
      const result = normaliseEvent(event, { receivedAt: until, currency: 'EUR', mayChangeCatalogue: true });
      if (!result.ok) throw new Error(`${before}: ${result.rejection.message}`);
      const { properties, customer_key: key, name } = result.event;
      expect(properties).not.toHaveProperty('claimed_revenue_minor');
      expect(properties).not.toHaveProperty('claimed_total_minor');
      expect(key.startsWith('p:')).toBe(name === 'Product Upserted');
    }
  });

  test('have message ids that are short and unique, also beside a shop of another seed, size or moment', () => {
    const ids = new Set<string>();
    let count = 0;
    for (const options of [
      small,
      { ...small, seed: 12 },
      { ...small, scale: 0.02 },
      { ...small, until: new Date('2026-11-23T16:00:00Z') },
    ]) {
      for (const batch of createDemoShop(options).events()) {
        for (const { messageId } of batch) {
          ids.add(messageId);
          count++;
          expect(messageId.length).toBeLessThanOrEqual(60);
        }
      }
    }
    expect(ids.size).toBe(count);
  });

  test('hold every kind that the platform draws from, browsing by strangers and a sign-in among them', () => {
    const names = new Set(events.map(nameOf));
    for (const name of [
      'Product Upserted',
      'identify',
      'alias',
      'page',
      'Products Searched',
      'Product List Viewed',
      'Product Clicked',
      'Product Viewed',
      'Product Added',
      'Product Removed',
      'Product Added to Wishlist',
      'Cart Viewed',
      'Checkout Started',
      'Payment Info Entered',
      'Coupon Applied',
      'Order Completed',
      'Order Delivered',
      'Order Refunded',
      'Product Reviewed',
      'Promotion Viewed',
    ]) {
      expect(names).toContain(name);
    }
    expect(events.some((event) => event.userId === undefined && event.anonymousId !== undefined)).toBe(true);
    const alias = events.find(({ type }) => type === 'alias')!;
    const before = events.find((event) => event.anonymousId === alias.previousId && event.userId === undefined)!;
    expect(before.originalTimestamp! < alias.originalTimestamp!).toBe(true);
  });

  test('leave more carts behind than they sell out of visits', () => {
    const carts = new Set(
      events.filter(({ event }) => event === 'Product Added').map(({ properties }) => properties!['cart_id']),
    );
    const sold = new Set(
      events.filter(({ event }) => event === 'Order Completed').map(({ properties }) => properties!['checkout_id']),
    );
    const abandoned = [...carts].filter((cart) => !sold.has(cart));
    expect(abandoned.length).toBeGreaterThan(carts.size / 3);
  });

  test('speak English and Russian: names, products, searches, places', () => {
    const cyrillic = /[А-Яа-яЁё]/;
    const traits = events.filter(({ type }) => type === 'identify').map((event) => event.traits!);
    const russian = traits.filter(({ language }) => language === 'ru');
    expect(russian.length / traits.length).toBeGreaterThan(0.2);
    expect(russian.length / traits.length).toBeLessThan(0.45);
    for (const { name, language, email, address } of traits) {
      expect(cyrillic.test(String(name))).toBe(language === 'ru');
      expect(email).toMatch(/^[a-z]+\.[a-z]+\.\d+@example\.com$/);
      expect((address as { country: string }).country).toMatch(/^[A-Z]{2}$/);
    }
    expect(new Set(traits.map(({ email }) => email)).size).toBe(traits.length);
    const products = events.filter(({ event }) => event === 'Product Upserted').map((event) => event.properties!);
    for (const { name, name_ru, description, description_ru, category } of products) {
      expect(cyrillic.test(String(name))).toBe(false);
      expect(cyrillic.test(String(description))).toBe(false);
      expect(name_ru).toMatch(cyrillic);
      expect(description_ru).toMatch(cyrillic);
      expect(category).toMatch(/^\w[\w ]* > \w[\w ]*$/);
    }
    expect(new Set(products.map(({ name }) => name)).size).toBe(shop.truth.products.length);
    const searches = events
      .filter(({ event }) => event === 'Products Searched')
      .map(({ properties }) => String(properties!['query']));
    expect(searches.some((query) => cyrillic.test(query))).toBe(true);
    expect(searches.some((query) => !cyrillic.test(query))).toBe(true);
  });

  test('grow with the scale, and a larger shop keeps the customers of a smaller one', () => {
    const larger = createDemoShop({ ...small, scale: 0.12 });
    expect(shop.truth.customers).toHaveLength(200);
    expect(larger.truth.customers).toHaveLength(600);
    const count = (of: Iterable<IncomingEvent[]>): number => {
      let orders = 0;
      for (const batch of of) for (const { event } of batch) if (event === 'Order Completed') orders++;
      return orders;
    };
    const ratio = count(larger.events()) / count(shop.events());
    expect(ratio).toBeGreaterThan(2.2);
    expect(ratio).toBeLessThan(4);
    const fixed = ({
      userId,
      behaviour,
      tasteCluster,
      language,
      orderRate,
      joinedAt,
    }: (typeof shop.truth.customers)[number]) =>
      [userId, behaviour, tasteCluster, language, orderRate, joinedAt.getTime()] as const;
    expect(larger.truth.customers.slice(0, 200).map(fixed)).toEqual(shop.truth.customers.map(fixed));
  });

  test('are refused a scale or a seed that makes no shop', () => {
    expect(() => createDemoShop({ scale: 0.001, until })).toThrow(/scale must be from 0.02/);
    expect(() => createDemoShop({ scale: Number.NaN, until })).toThrow(/scale/);
    expect(() => createDemoShop({ seed: 1.5, until })).toThrow(/seed/);
  });
});
