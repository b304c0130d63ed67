import type { Anomaly } from './anomalies.ts';
import { type BasketEvidence, countBaskets } from './basket-evidence.ts';
import { behaviours } from './behaviours.ts';
import type { Campaign } from './campaigns.ts';
import type { Product } from './catalogue.ts';
import { probabilityOfNoOrder } from './churn-truth.ts';
import { dayIndexAt, dayMs } from './days.ts';
import type { Life } from './life.ts';
import { departments } from './vocabulary.ts';
import type { World } from './world.ts';

/**
 * The true segment of a customer at `until`. Champions, steady and occasional customers are there still; one-off bargain
 * hunters came once for a coupon; new ones joined in the last 45 days; lapsed ones were champions or steady and left more than 120 days ago.
 */
export type TrueSegment = 'champion' | 'steady' | 'occasional' | 'bargain' | 'new' | 'lapsed';

export interface CustomerTruth {
  userId: string;
  /** The id of the customer's device: what was seen before they signed in stands under it. */
  anonymousId: string;
  segment: TrueSegment;
  /**
   * True for those whose segment must show in recency, frequency and money: settled champions, bargain hunters gone for long, new
   * customers of the ordinary kinds, lapsed ones with several orders. Decided by the hidden process alone, never by what came of it.
   */
  separable: boolean;
  /** What they were from the beginning, whether or not they are there still. */
  behaviour: 'champion' | 'steady' | 'occasional' | 'bargain';
  /** Name of the taste cluster from which most of their wishes come, and of the second one. */
  tasteCluster: string;
  sideTasteCluster: string;
  language: 'en' | 'ru';
  joinedAt: Date;
  /** When they left for good; null while they stay. From this instant on they buy nothing. */
  churnedAt: Date | null;
  /** Orders a day on an ordinary day while they stay. */
  orderRate: number;
  /** How much coupons move them, 0..1. */
  priceSensitivity: number;
  /** Products they buy again whenever used up. */
  staples: { productId: string; intervalDays: number }[];
  /** Orders inside the simulated time. */
  orders: number;
}

export interface ProductTruth {
  productId: string;
  /** Own-price elasticity of expected units. */
  elasticity: number;
  /** How the price moves: hardly (the elasticity can't be seen), by itself, or with the season (a naive regression is misled). */
  pricing: 'stable' | 'exogenous' | 'seasonal';
  tasteCluster: string;
  /** Products that are bought together with it. */
  complements: string[];
  /** Days after which it is used up; null for durable things. */
  rebuyDays: number | null;
  referencePriceMinor: number;
  /** Relative weight in demand at the reference price. */
  popularity: number;
  launchedAt: Date | null;
}

/** Half-open span in which a product can't be bought. */
export interface StockOutTruth {
  productId: string;
  from: Date;
  to: Date;
}

/** What is true of the shop and never told to a model. */
export interface DemoShopTruth {
  customers: CustomerTruth[];
  products: ProductTruth[];
  anomalies: Anomaly[];
  campaigns: Campaign[];
  stockOuts: StockOutTruth[];
  tasteClusters: string[];
  /** First instant of the simulated time, and its end. */
  from: Date;
  until: Date;
  /**
   * P(no purchase in the 90 days after the local day of `at` begins | everything seen before it), of a customer by user id or by place in
   * `customers`. The score of the process itself: no model can be better but by luck.
   */
  trueChurnProbability(customer: string | number, at: Date): number;
}

const churnWindowDays = 90;
const newDays = 45;
const lapsedDays = 120;

export function tellTruth(world: World, lives: readonly Life[]): DemoShopTruth {
  const indexOf = new Map(lives.map(({ customer }) => [customer.userId, customer.index]));
  let counted: BasketEvidence | undefined;
  const evidence = (): BasketEvidence => {
    counted ??= countBaskets(world, lives);
    return counted;
  };
  const startOf = (day: number): Date => new Date(world.days[day]!.start);
  return {
    customers: lives.map((life) => customerTruth(world, life)),
    products: world.products.map((product) => productTruth(world, product)),
    anomalies: world.anomalies,
    campaigns: world.campaigns,
    stockOuts: world.stockOuts.map(({ product, firstDay, lastDay }) => ({
      productId: world.products[product]!.productId,
      from: startOf(firstDay),
      to: startOf(lastDay + 1),
    })),
    tasteClusters: departments.map(({ taste }) => taste),
    from: startOf(0),
    until: new Date(world.until),
    trueChurnProbability: (customer, at) => {
      const index = typeof customer === 'number' ? customer : indexOf.get(customer);
      const life = index === undefined ? undefined : lives[index];
      if (!life)
        throw new RangeError(
          `The demo shop has no customer ${customer}: user ids go from C00001 to ${lives.at(-1)!.customer.userId}.`,
        );
      const day = dayIndexAt(world.days, at.getTime());
      if (day < 0 || day > world.horizon) throw new RangeError(`${at.toISOString()} is outside the simulated time.`);
      return probabilityOfNoOrder(world, life, evidence(), day, churnWindowDays);
    },
  };
}

function customerTruth(world: World, life: Life): CustomerTruth {
  const { customer, dropOutDay, orders } = life;
  return {
    userId: customer.userId,
    anonymousId: customer.anonymousId,
    segment: segmentAt(life, world.horizon - 1),
    separable: isSeparable(life, world.horizon - 1),
    behaviour: behaviours[customer.behaviour]!.key,
    tasteCluster: departments[customer.mainTaste]!.taste,
    sideTasteCluster: departments[customer.sideTaste]!.taste,
    language: customer.language,
    joinedAt: new Date(
      customer.joinDay < 0 ? world.days[0]!.start + customer.joinDay * dayMs : world.days[customer.joinDay]!.start,
    ),
    churnedAt: dropOutDay === null ? null : new Date(world.days[dropOutDay]!.start),
    orderRate: customer.orderRate,
    priceSensitivity: customer.sensitivity,
    staples: customer.staples.map(({ product, intervalDays }) => ({
      productId: world.products[product]!.productId,
      intervalDays,
    })),
    orders: orders.length,
  };
}

function segmentAt({ customer, dropOutDay }: Life, day: number): TrueSegment {
  const behaviour = behaviours[customer.behaviour]!.key;
  if (day - customer.joinDay < newDays) return 'new';
  if ((behaviour === 'champion' || behaviour === 'steady') && dropOutDay !== null && day - dropOutDay > lapsedDays)
    return 'lapsed';
  return behaviour;
}

function isSeparable(life: Life, day: number): boolean {
  const { customer, dropOutDay } = life;
  const daysHere = day - customer.joinDay;
  const daysGone = dropOutDay === null ? 0 : day - dropOutDay;
  switch (segmentAt(life, day)) {
    case 'champion':
      return dropOutDay === null && daysHere >= 120;
    case 'bargain':
      return daysGone > 90;
    case 'new':
      return dropOutDay === null && ['steady', 'occasional'].includes(behaviours[customer.behaviour]!.key);
    case 'lapsed':
      return daysGone >= 150 && (daysHere - daysGone) * customer.orderRate >= 4;
    default:
      return false;
  }
}

function productTruth(world: World, product: Product): ProductTruth {
  return {
    productId: product.productId,
    elasticity: product.elasticity,
    pricing: product.pricing,
    tasteCluster: departments[product.taste]!.taste,
    complements: product.complements.map((index) => world.products[index]!.productId),
    rebuyDays: product.rebuyDays,
    referencePriceMinor: product.referencePriceMinor,
    popularity: product.popularity,
    launchedAt: product.launchDay > 0 ? new Date(world.days[product.launchDay]!.start) : null,
  };
}
