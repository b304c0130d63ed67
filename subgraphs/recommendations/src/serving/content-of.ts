import type { ProductRow } from '../entities/product.ts';
import type { ProductContent } from '../ml/content-model.ts';

/** What the content model reads of a product. */
export const contentOf = ({ name, nameRu, description, category, brand, priceMinor }: ProductRow): ProductContent => ({
  text: [name, nameRu, description].filter(Boolean).join(' '),
  category: category ?? '',
  brand: brand ?? '',
  priceMinor: priceMinor ?? Number.NaN,
});
