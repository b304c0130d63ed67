import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { createCustomers } from './customers.ts';
import { writeEvents } from './event-stream.ts';
import { simulateLife } from './life.ts';
import { type DemoShopTruth, tellTruth } from './truth.ts';
import { drawBulkOrders, drawVisitors } from './visitors.ts';
import { createWorld, type World } from './world.ts';

export type { CustomerTruth, DemoShopTruth, ProductTruth, StockOutTruth, TrueSegment } from './truth.ts';

export interface DemoShopOptions {
  /** The same seed, scale and `until` give the same shop, event for event, on every machine. */
  seed?: number;
  /** Multiplies the 5,000 customers, the visitors and so the events; from 0.02 up. Below 1 the catalogue shrinks with its square root. */
  scale?: number;
  /** The shop's present; nothing happens after it, and all dates count back from it. */
  until?: Date;
}

export interface DemoShop {
  truth: DemoShopTruth;
  /** All events in time order, in batches of at most 5,000. Each call starts anew and gives the same. */
  events(): Generator<IncomingEvent[]>;
}

const customersAtScale1 = 5000;
const productsAtScale1 = 400;
const months = 18;

/** Simulates a shop of known truth: who its customers are, why they leave, what prices do, and what went wrong on which day. */
export function createDemoShop({ seed = 42, scale = 1, until = new Date() }: DemoShopOptions = {}): DemoShop {
  if (!(scale >= 0.02 && scale <= 1000))
    throw new RangeError(`The demo shop's scale must be from 0.02 to 1000, not ${scale}.`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The demo shop's seed must be a whole number, not ${seed}.`);
  const productCount = Math.min(productsAtScale1, Math.max(80, Math.round(productsAtScale1 * Math.sqrt(scale))));
  const world = createWorld({ seed, scale, until, products: productCount, months });
  const customers = createCustomers(seed, Math.round(customersAtScale1 * scale), joiningWeights(world), world.products);
  const lives = customers.map((customer) => simulateLife(world, customer));
  const visitors = drawVisitors(world);
  const bulkOrders = drawBulkOrders(world);
  return {
    truth: tellTruth(world, lives),
    events: () => writeEvents(world, { lives, visitors, bulkOrders }),
  };
}

/** The shop grows: twice as many join a day at the end as at the beginning, more in season and in campaigns, none on the day that is not over. */
function joiningWeights({ demand, campaignOn, horizon }: World): Float64Array {
  return Float64Array.from({ length: horizon - 1 }, (_, day) => {
    const growth = 2 ** (day / horizon);
    return growth * demand[day]! * (campaignOn[day] ? 1.3 : 1);
  });
}
