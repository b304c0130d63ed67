import { hkdfSync, randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** What has to be remembered of a sign-in while the person is at the provider. */
export interface Attempt {
  state: string;
  nonce: string;
  /** PKCE's secret, whose hash the provider was told. */
  verifier: string;
  /** Where to go on afterwards: a path of this site. */
  next: string;
}

/** How long a person may take at the provider. */
export const attemptSeconds = 600;

const audience = 'customer-data-analytics/oidc-attempt';

const random = (): string => randomBytes(32).toString('base64url');

/** A new attempt with random state, nonce and verifier. */
export const newAttempt = (next: string): Attempt => ({ state: random(), nonce: random(), verifier: random(), next });

/** Seals attempts for the browser's cookie, so that any process of this gateway can go on with it, and nobody can read or make one. */
export function createAttemptSeal(internalSecret: string): {
  seal(attempt: Attempt, now?: Date): Promise<string>;
  /** The attempt in a cookie; undefined where it is none of ours, or too old. */
  open(sealed: string | undefined, now?: Date): Promise<Attempt | undefined>;
} {
  const key = new Uint8Array(hkdfSync('sha256', internalSecret, '', audience, 32));
  return {
    seal: ({ state, nonce, verifier, next }, now = new Date()) =>
      new EncryptJWT({ state, nonce, verifier, next })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(new Date(now.getTime() + attemptSeconds * 1_000))
        .encrypt(key),
    open: async (sealed, now = new Date()) => {
      if (!sealed) return undefined;
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          audience,
          contentEncryptionAlgorithms: ['A256GCM'],
          keyManagementAlgorithms: ['dir'],
          requiredClaims: ['exp'],
          currentDate: now,
        });
        const { state, nonce, verifier, next } = payload as Record<string, unknown>;
        if ([state, nonce, verifier, next].some((value) => typeof value !== 'string')) return undefined;
        return { state, nonce, verifier, next } as Attempt;
      } catch {
        return undefined;
      }
    },
  };
}

/** A path of this site to go on with; the start page for everything that would lead elsewhere. */
export function ownPath(next: string | null): string {
  if (!next || next.length > 1_000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/';
  const url = URL.parse(next, 'http://own.invalid');
  return url?.origin === 'http://own.invalid' ? url.pathname + url.search + url.hash : '/';
}
