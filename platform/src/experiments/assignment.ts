/** What deciding about a person needs to know of an experiment. */
export interface Split {
  /** Salt of the hash: two experiments with different salts divide people independently. */
  key: string;
  /** Share of all people that take part, 0 to 1. */
  audienceShare: number;
  /** Weights are relative to their sum. */
  variants: readonly { key: string; weight: number }[];
}

/** 32-bit FNV-1a of the text's UTF-8 bytes (Fowler, Noll, Vo). O(bytes). */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Where a person stands for a salt: one of 10,000 places in [0, 1), each as likely as any other. The same rule as version 2 of
 * GrowthBook's published assignment, so that a page can work it out by itself: FNV-1a of the decimal FNV-1a of salt + unit.
 */
export const placeOf = (salt: string, unit: string): number =>
  (fnv1a32(String(fnv1a32(salt + unit))) % 10_000) / 10_000;

/**
 * The variant of a person (by their canonical key); null for whoever takes no part.
 *
 * Each variant owns an interval as long as its weight and takes the first `audienceShare` of it: raising the share lets more
 * people in and moves nobody who is in already. Changing weights would move people, so a running experiment does not allow it.
 */
export function assignVariant({ key, audienceShare, variants }: Split, unit: string): string | null {
  const place = placeOf(key, unit);
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  let start = 0;
  for (const variant of variants) {
    const length = variant.weight / total;
    if (place >= start && place < start + length * audienceShare) return variant.key;
    start += length;
  }
  return null;
}
