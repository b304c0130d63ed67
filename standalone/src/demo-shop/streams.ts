import { createRandom, type Random } from '@cda/platform/ml/random.ts';

/** What a stream of random numbers decides. A new concern gets a new name, and no other decision changes. */
type Concern =
  | 'product'
  | 'complements'
  | 'price'
  | 'cost'
  | 'stock'
  | 'customer'
  | 'names'
  | 'life'
  | 'early-visits'
  | 'basket'
  | 'fulfilment'
  | 'visitor-arrivals'
  | 'visitor'
  | 'session'
  | 'review'
  | 'crawler';

/**
 * Seed of one sub-stream: the shop's seed, the concern and up to two coordinates (say customer and day) mixed to 32 bits
 * (FNV-1a over the name, a multiply-xorshift finaliser after each number).
 */
export function streamSeed(seed: number, concern: Concern, a = 0, b = 0): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < concern.length; i++) hash = Math.imul(hash ^ concern.charCodeAt(i), 0x01000193);
  hash = mix(hash ^ seed);
  hash = mix(hash ^ a);
  return mix(hash ^ Math.imul(b, 0x9e3779b1));
}

/** Independent random numbers for one decision about one thing. */
export function createStream(seed: number, concern: Concern, a = 0, b = 0): Random {
  return createRandom(streamSeed(seed, concern, a, b));
}

function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
