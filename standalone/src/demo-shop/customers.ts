import type { Random } from '@cda/platform/ml/random.ts';
import { behaviours, rateLevels, visitRateOf } from './behaviours.ts';
import type { Product } from './catalogue.ts';
import { drawHome, drawNames, type Home, type Language, type Name } from './people.ts';
import { createSampler, drawIndex, drawPoisson } from './sampling.ts';
import { createStream } from './streams.ts';
import { departments } from './vocabulary.ts';

/** Whoever looks at products: a customer or an anonymous visitor. */
export interface Shopper {
  /** Short and unique; ids of events and orders are made of it. */
  code: string;
  userId?: string;
  anonymousId: string;
  language: Language;
  home: Home;
  /** Taste clusters, indices into `departments`. */
  mainTaste: number;
  sideTaste: number;
  /** Reference price that suits best, in cents. */
  budgetMinor: number;
  /** How much coupons matter, 0..1. */
  sensitivity: number;
  device: 'mobile' | 'desktop';
}

/** A person with an account, with everything that is true of them from the beginning. */
export interface Customer extends Shopper {
  index: number;
  userId: string;
  name: Name;
  /** Index into `behaviours`. */
  behaviour: number;
  /** Index into `rateLevels`. */
  rateLevel: number;
  /** Orders a day on ordinary days. */
  orderRate: number;
  /** Chance of a visit on an ordinary day without an order. */
  visitRate: number;
  /** Mean number of products looked at for one order. */
  attention: number;
  /** Day on which they joined; negative: before the simulation began. */
  joinDay: number;
  /** Day of the last order before the simulation began, for those that stood then. */
  lastOrderBefore: number;
  /** Products that they buy again whenever used up, each with their own interval. */
  staples: readonly { product: number; intervalDays: number }[];
  /** Share of their orders that leave a trail of browsing: the rest come from the app, the phone, or without consent. */
  tracked: number;
}

/**
 * The first `count` customers of the seed. `joining` holds the weight of each day up to the horizon as a day of joining.
 */
export function createCustomers(
  seed: number,
  count: number,
  joining: Float64Array,
  products: readonly Product[],
): Customer[] {
  const joinDay = createSampler(joining);
  const staplesByTaste = departments.map((_, taste) =>
    products.filter((product) => product.taste === taste && product.rebuyDays !== null && product.launchDay <= 0),
  );
  const drafts = Array.from({ length: count }, (_, index) => draftCustomer(seed, index, joinDay, staplesByTaste));
  const names = drawNames(
    seed,
    drafts.map(({ language }) => language),
  );
  return drafts.map((draft, index) => ({ ...draft, name: names[index]! }));
}

function draftCustomer(
  seed: number,
  index: number,
  drawJoinDay: (random: Random) => number,
  staplesByTaste: readonly (readonly Product[])[],
): Omit<Customer, 'name'> {
  const random = createStream(seed, 'customer', index);
  const before = random.next() < 0.24;
  const newDay = drawJoinDay(random);
  const oldDay = -1 - Math.floor(900 * random.next() ** 1.5);
  const behaviour = drawIndex(
    random,
    behaviours.map(({ shareBefore, shareAfter }) => (before ? shareBefore : shareAfter)),
  );
  const group = behaviours[behaviour]!;
  const rateLevel = drawIndex(
    random,
    rateLevels.map(({ share }) => share),
  );
  const orderRate = rateLevels[rateLevel]!.factor / group.gapDays;
  const language: Language = random.next() < 0.32 ? 'ru' : 'en';
  const home = drawHome(random, language);
  const { mainTaste, sideTaste } = drawTastes(random);
  const budgetMinor = 100 * group.budget * Math.exp(0.2 * random.normal());
  const sensitivity = Math.min(1, Math.max(0, group.sensitivity + 0.15 * random.normal()));
  const lastOrderBefore = Math.max(oldDay, -1 - Math.floor(random.next() / orderRate));
  const staples = new Map<number, number>();
  for (let wanted = drawPoisson(random, group.staples); wanted > 0; wanted--) {
    const choice = staplesByTaste[random.next() < 0.8 ? mainTaste : sideTaste]!;
    const product = choice[random.integer(Math.max(1, choice.length))];
    const habit = Math.exp(0.15 * random.normal());
    if (product) staples.set(product.index, Math.max(10, Math.round(product.rebuyDays! * habit)));
  }
  return {
    index,
    code: `c${index.toString(36)}`,
    userId: `C${String(index + 1).padStart(5, '0')}`,
    anonymousId: `dev-c${index.toString(36)}`,
    language,
    home,
    mainTaste,
    sideTaste,
    budgetMinor,
    sensitivity,
    device: random.next() < 0.6 ? 'mobile' : 'desktop',
    behaviour,
    rateLevel,
    orderRate,
    visitRate: visitRateOf(group, orderRate),
    attention: group.attention,
    joinDay: before ? oldDay : newDay,
    lastOrderBefore,
    staples: [...staples].map(([product, intervalDays]) => ({ product, intervalDays })),
    tracked: random.next() < 0.28 ? 0.5 : 0.07,
  };
}

/** Two different taste clusters. */
export function drawTastes(random: Random): { mainTaste: number; sideTaste: number } {
  const mainTaste = random.integer(departments.length);
  const sideTaste = (mainTaste + 1 + random.integer(departments.length - 1)) % departments.length;
  return { mainTaste, sideTaste };
}
