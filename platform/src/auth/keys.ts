import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Kinds of secrets that stand for a caller; the prefix tells people and secret scanners what they look at. */
const prefixes = { API: 'cda_api_', WRITE: 'cda_wk_', BOT: 'cda_bot_' } as const;

export type KeyKind = keyof typeof prefixes;

/** A new secret of 256 random bits. Only its hash is to be stored. */
export const createKey = (kind: KeyKind): string => prefixes[kind] + randomBytes(32).toString('base64url');

/** What kind of secret a text looks like; undefined for anything else, a JWT included. */
export function kindOfKey(text: string): KeyKind | undefined {
  if (!/^cda_[a-z]+_[\w-]{43}$/.test(text)) return undefined;
  return (Object.keys(prefixes) as KeyKind[]).find((kind) => text.startsWith(prefixes[kind]));
}

/** What is stored of a secret. Plain SHA-256 is right here: 256 random bits cannot be guessed, unlike a password. */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** First characters of a secret, to tell keys apart in a list. */
export const shownPrefix = (secret: string): string => secret.slice(0, 14);

/** Whether two secrets are the same, in time that does not depend on where they differ. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** A code for one use, short-lived, that a person may have to type: 160 random bits in a link, or `symbols` of an unambiguous alphabet. */
export function createCode(symbols?: number): string {
  if (symbols === undefined) return randomBytes(20).toString('base64url');
  const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  return Array.from(randomBytes(symbols), (byte) => alphabet[byte % alphabet.length]).join('');
}
