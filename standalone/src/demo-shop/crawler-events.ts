import { comesToMind } from './basket.ts';
import type { Shopper } from './customers.ts';
import { createStream } from './streams.ts';
import type { Timeline } from './timeline.ts';
import { currency, priceOn, type World } from './world.ts';

/** Product views of a crawler in one night, at scale 1. */
const viewsPerNight = 1500;

/** Writes the night of a crawler: one anonymous id that looks at everything. */
export function writeCrawler(world: World, timeline: Timeline, prefix: string, day: number): void {
  const random = createStream(world.seed, 'crawler', day);
  const shopper: Shopper = {
    code: `crawler-${day}`,
    anonymousId: `crawler-${day}`,
    language: 'en',
    home: { country: 'DE', city: 'Frankfurt', locale: 'en-DE' },
    mainTaste: 0,
    sideTaste: 1,
    budgetMinor: 2000,
    sensitivity: 0,
    device: 'desktop',
  };
  const views = Math.round(viewsPerNight * Math.max(0.05, world.scale));
  const from = world.days[day]!.start + 3_600_000;
  for (let i = 0; i < views; i++) {
    const product = comesToMind(world, shopper, day, random);
    if (!product) continue;
    timeline.add(from + Math.floor((i * 14_400_000) / views), {
      type: 'track',
      event: 'Product Viewed',
      messageId: `${prefix}.${shopper.code}.${i}`,
      anonymousId: shopper.anonymousId,
      properties: {
        product_id: product.productId,
        name: product.name,
        category: product.category,
        price: priceOn(world, product.index, day) / 100,
        currency,
      },
      context: { locale: 'en-DE', device: { type: 'desktop' } },
    });
  }
}
