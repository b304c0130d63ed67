import type { Random } from '@cda/platform/ml/random.ts';
import type { Product } from './catalogue.ts';
import type { Shopper } from './customers.ts';
import type { OrderLine } from './orders.ts';
import { drawPoisson } from './sampling.ts';
import { anyTaste, priceOn, priceResponse, type World } from './world.ts';

/** Share of looked-at products that are taken at the reference price by someone whose purse they fit. */
const takenAtReference = 0.25;
/** The same for a staple that is used up. */
const stapleTakenAtReference = 0.55;
/** How much the wish for a durable thing is left once it is owned. */
const alreadyOwned = 0.15;
const maximumLines = 12;

interface BasketWish {
  shopper: Shopper;
  /** Mean number of products that are looked at. */
  attention: number;
  /** Products that are wanted in any case: staples that are used up. */
  staples: readonly number[];
  owned: ReadonlySet<number>;
  day: number;
}

/**
 * Fills a basket. Each product that comes to mind, by taste and popularity, is taken with a chance ∝ (price / reference)^elasticity,
 * so that expected units follow the true elasticity; then its complements come to mind. At least one product is taken, wherever
 * one is available.
 */
export function fillBasket(world: World, wish: BasketWish, random: Random): OrderLine[] {
  const lines: OrderLine[] = [];
  const consider = (product: Product, chance: number): boolean => {
    if (
      !isAvailable(world, product.index, wish.day) ||
      random.next() >= chance * priceResponse(world, product, wish.day)
    )
      return false;
    const quantity = product.rebuyDays === null ? (random.next() < 0.06 ? 2 : 1) : 1 + drawPoisson(random, 0.45);
    const line = lines.find((other) => other.product === product.index);
    if (line) line.quantity += quantity;
    else lines.push({ product: product.index, quantity, priceMinor: priceOn(world, product.index, wish.day) });
    return true;
  };
  for (const index of wish.staples) consider(world.products[index]!, stapleTakenAtReference);
  const looks = Math.max(1, drawPoisson(random, wish.attention));
  for (let look = 0; look < 400 && lines.length < maximumLines && (look < looks || lines.length === 0); look++) {
    const product = comesToMind(world, wish.shopper, wish.day, random);
    if (!product) continue;
    const wanted = wish.owned.has(product.index) && product.rebuyDays === null ? alreadyOwned : 1;
    if (!consider(product, takenAtReference * fit(wish.shopper, product) * wanted)) continue;
    for (const other of product.complements) {
      if (!lines.some((line) => line.product === other)) consider(world.products[other]!, takenAtReference);
    }
  }
  return lines;
}

/** A product that a shopper thinks of: three times in five of their main taste, once in five of the side taste, else any. */
export function comesToMind(world: World, shopper: Shopper, day: number, random: Random): Product | undefined {
  const mood = random.next();
  const taste = mood < 0.62 ? shopper.mainTaste : mood < 0.82 ? shopper.sideTaste : anyTaste;
  const product = world.products[world.sampleProduct(taste, day)(random)]!;
  return product.launchDay <= day ? product : undefined;
}

export function isAvailable(world: World, product: number, day: number): boolean {
  return world.available[product * world.horizon + day] === 1;
}

/** How well the reference price suits the purse, 0..1: a bell on the logarithm, one factor e wide. */
function fit(shopper: Shopper, product: Product): number {
  const distance = Math.log(product.referencePriceMinor / shopper.budgetMinor);
  return Math.exp(-0.5 * distance * distance);
}
