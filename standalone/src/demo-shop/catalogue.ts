import { drawIndex, pick } from './sampling.ts';
import { createStream } from './streams.ts';
import { departments, type Text } from './vocabulary.ts';

/** A product with everything that is true of it. */
export interface Product {
  index: number;
  productId: string;
  sku: string;
  name: string;
  nameRu: string;
  description: string;
  descriptionRu: string;
  category: string;
  categoryRu: string;
  brand: string;
  variant: Text;
  /** Index into `departments`. */
  department: number;
  /** Index into `departments` of the cluster whose customers like it; not always its own department's. */
  taste: number;
  /** Price around which it moves, in cents. */
  referencePriceMinor: number;
  /** What the shop pays for a unit, in cents. */
  unitCostMinor: number;
  /** True own-price elasticity: units ∝ (price / reference)^elasticity. */
  elasticity: number;
  /** How its price moves: hardly, by itself, or along with the shop's season. */
  pricing: 'stable' | 'exogenous' | 'seasonal';
  /** Weight in the demand at the reference price. */
  popularity: number;
  /** It is used up and bought again about every so many days. */
  rebuyDays: number | null;
  /** Indices of products that go into the same basket. */
  complements: readonly number[];
  /** Day on which it enters the shop; 0 or less: it was there before. */
  launchDay: number;
  /** Mean of its ratings, 1..5. */
  quality: number;
}

/**
 * The first `count` products of the seed's catalogue; a smaller catalogue is the beginning of a larger one, but for the
 * complements. Departments take turns, so that each has its share.
 */
export function createCatalogue(seed: number, count: number, horizon: number): Product[] {
  const products = Array.from({ length: count }, (_, index) => createProduct(seed, index, horizon));
  const byTaste = departments.map((_, taste) => products.filter((product) => product.taste === taste));
  return products.map((product) => {
    const random = createStream(seed, 'complements', product.index);
    const near = byTaste[product.taste]!;
    const complements = new Set<number>();
    for (let wanted = 1 + random.integer(2); wanted > 0; wanted--) {
      const other = pick(random, near);
      if (other.index !== product.index) complements.add(other.index);
    }
    return { ...product, complements: [...complements] };
  });
}

function createProduct(seed: number, index: number, horizon: number): Product {
  const random = createStream(seed, 'product', index);
  const departmentIndex = index % departments.length;
  const department = departments[departmentIndex]!;
  // Each lap over the nouns takes the next pair of brand and variant, so that every product has a name of its own.
  const turn = Math.floor(index / departments.length);
  const nouns = department.shelves.flatMap((shelf) => shelf.nouns.map((noun) => ({ shelf, noun })));
  const place = turn % nouns.length;
  const { shelf, noun } = nouns[place]!;
  const lap = Math.floor(turn / nouns.length);
  const { brands } = department;
  const variants = department.variants[noun.rebuyDays === undefined ? 'durable' : 'consumable'];
  const round = Math.floor(lap / brands.length);
  const brand = brands[(lap + place) % brands.length]!;
  const variant = variants[(lap + round + place) % variants.length]!;
  const repeat = Math.floor(lap / (brands.length * variants.length));
  const suffix = repeat > 0 ? ` ${repeat + 1}` : '';

  const taste = random.next() < 0.75 ? departmentIndex : random.integer(departments.length);
  const rebuyDays = noun.rebuyDays ?? null;
  const dearness = Math.exp(0.3 * random.normal());
  const steepness = department.elasticity + 0.6 * random.normal();
  // What is used up must be bought anyway: its demand is flatter.
  const elasticity = rebuyDays === null ? clamp(steepness, -3.5, -0.8) : clamp(steepness * 0.85, -1.8, -0.6);
  const pricing = (['stable', 'exogenous', 'seasonal'] as const)[drawIndex(random, [0.15, 0.35, 0.5])]!;
  const popularity = Math.exp(0.9 * random.normal()) * (rebuyDays === null ? 1 : 1.2);
  const launchDay = random.next() < 0.12 ? 30 + random.integer(Math.max(1, horizon - 60)) : 0;
  const quality = clamp(4.2 + 0.45 * random.normal(), 2.5, 5);
  const id = String(index + 1).padStart(4, '0');
  const referencePriceMinor = Math.max(199, Math.round(noun.price * dearness) * 100 - 1);
  // Of a stream of its own: what a unit costs has no say in what anybody buys.
  const margin = clamp(0.42 + 0.13 * createStream(seed, 'cost', index).normal(), 0.08, 0.75);
  return {
    index,
    productId: `P${id}`,
    sku: `${department.key.slice(0, 3).toUpperCase()}-${id}`,
    name: `${brand} ${noun.en}, ${variant.en}${suffix}`,
    nameRu: `${noun.ru} ${brand}, ${variant.ru}${suffix}`,
    description: `${noun.en} by ${brand} (${variant.en}). Category: ${shelf.category.en.split(' > ').at(-1)}.`,
    descriptionRu: `${noun.ru} марки ${brand} (${variant.ru}). Раздел «${shelf.category.ru.split(' > ').at(-1)}».`,
    category: shelf.category.en,
    categoryRu: shelf.category.ru,
    brand,
    variant,
    department: departmentIndex,
    taste,
    referencePriceMinor,
    unitCostMinor: Math.round(referencePriceMinor * (1 - margin)),
    elasticity: Math.round(elasticity * 1000) / 1000,
    pricing,
    popularity,
    rebuyDays,
    complements: [],
    launchDay,
    quality,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
