import type { Random } from '@cda/platform/ml/random.ts';
import { fillBasket } from './basket.ts';
import { drawTastes, type Shopper } from './customers.ts';
import { drawCoupon, drawInstant, type Order, placeOrder } from './orders.ts';
import { drawHome, type Language } from './people.ts';
import { drawPoisson } from './sampling.ts';
import { createStream } from './streams.ts';
import { priceOn, type World } from './world.ts';

/** Someone who never signs in. */
export interface Visitor {
  index: number;
  shopper: Shopper;
  /** Ascending days of their visits without an order. */
  visits: number[];
  /** At most one order as a guest. */
  order?: Order;
}

/** New visitors on an ordinary day in the middle of the simulated time, at scale 1. */
const arrivalsPerDay = 16;
/** What a viral day multiplies. */
const viralFactor = 18;
const guestOrderChance = 0.012;

/** Day by day the visitors who come for the first time; each comes back a few times within weeks. */
export function drawVisitors(world: World): Visitor[] {
  const visitors: Visitor[] = [];
  for (let day = 0; day < world.horizon; day++) {
    const random = createStream(world.seed, 'visitor-arrivals', day);
    const growth = 0.65 + (0.7 * day) / world.horizon;
    const viral = world.happens('viral day', day) ? viralFactor : 1;
    const count = drawPoisson(random, arrivalsPerDay * world.scale * growth * world.traffic[day]! * viral);
    for (let i = 0; i < count; i++) visitors.push(drawVisitor(world, visitors.length, day, viral > 1));
  }
  return visitors;
}

/** A business that orders a great many of one thing, on each day of a bulk order. */
export function drawBulkOrders(world: World): Order[] {
  return world.anomalies
    .filter(({ cause }) => cause === 'bulk order')
    .map(({ firstDay: day }, number) => {
      const random = createStream(world.seed, 'visitor', -1 - number);
      const steady = world.products.filter((product) => product.pricing === 'stable' && product.launchDay <= 0);
      const product = (steady.length > 0 ? steady : world.products).reduce((best, other) =>
        Math.abs(Math.log(other.referencePriceMinor / 3000)) < Math.abs(Math.log(best.referencePriceMinor / 3000))
          ? other
          : best,
      );
      const priceMinor = priceOn(world, product.index, day);
      const quantity = Math.max(8, Math.round((450_000 * world.scale) / priceMinor));
      return placeOrder(
        world,
        {
          orderId: `RB-${number + 1}`,
          shopper: draftShopper(random, `b${number}`),
          day,
          at: Math.min(world.until, drawInstant(world, day, random)),
          lines: [{ product: product.index, quantity, priceMinor }],
          affiliation: 'Phone',
          tracked: false,
        },
        createStream(world.seed, 'fulfilment', -1 - number, day),
      );
    });
}

function drawVisitor(world: World, index: number, firstDay: number, viral: boolean): Visitor {
  const random = createStream(world.seed, 'visitor', index);
  const shopper = draftShopper(random, `v${index.toString(36)}`);
  const visits = [firstDay];
  let day = firstDay;
  while (visits.length < 8 && random.next() < (viral ? 0.12 : 0.5)) {
    day += 1 + random.integer(14);
    if (day < world.horizon) visits.push(day);
  }
  const visitor: Visitor = { index, shopper, visits };
  const last = visits.at(-1)!;
  if (random.next() < guestOrderChance * visits.length * (viral ? 0.3 : 1)) {
    const lines = fillBasket(world, { shopper, attention: 10, staples: [], owned: new Set(), day: last }, random);
    const at = drawInstant(world, last, random);
    const fails = world.happens('payment outage', last) || at > world.until;
    if (lines.length > 0 && !fails) {
      visits.pop();
      const coupon = drawCoupon(world, last, true, shopper.sensitivity, random);
      const tracked = !world.happens('tracking gap', last);
      visitor.order = placeOrder(
        world,
        {
          orderId: `RG${index.toString(36).toUpperCase()}`,
          shopper,
          day: last,
          at,
          lines,
          coupon,
          affiliation: 'Web shop',
          tracked,
        },
        createStream(world.seed, 'fulfilment', -1000 - index, last),
      );
    }
  }
  return visitor;
}

function draftShopper(random: Random, code: string): Shopper {
  const language: Language = random.next() < 0.25 ? 'ru' : 'en';
  return {
    code,
    anonymousId: `dev-${code}`,
    language,
    home: drawHome(random, language),
    ...drawTastes(random),
    budgetMinor: 1500 * Math.exp(0.3 * random.normal()),
    sensitivity: random.next(),
    device: random.next() < 0.68 ? 'mobile' : 'desktop',
  };
}
