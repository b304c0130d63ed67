import type { OfferRow } from '../loaders/offers.ts';
import { isSoldIn } from '../merchandising/rule.ts';

/** Whether the shop has a product, is not known to be sold out of it, and sells it into the country, where one is known. */
export const isOffered = (offer: OfferRow | undefined, country: string | null): offer is OfferRow =>
  offer !== undefined && offer.stock !== 0 && isSoldIn(offer, country);
