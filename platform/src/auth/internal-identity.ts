import { createSecretKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from '../bounded-map.ts';

/** Header in which the gateway tells a subgraph who asks. */
export const identityHeader = 'x-cda-identity';

/** Who asks, as the gateway found out. */
export interface InternalIdentity {
  /** `account:<id>`, `operator:<role>`, `key:<id>`, `service:bot` or `service:gateway`. */
  subject: string;
  scopes: readonly string[];
  /** Language of texts made for people, where the request names none. */
  locale: 'EN' | 'RU';
}

const issuer = 'customer-data-analytics/gateway';
const audience = 'customer-data-analytics/subgraph';
const type = 'cda-identity+jwt';
const lifeSeconds = 60;
const toleranceSeconds = 30;

const toKey = (secret: string): KeyObject => createSecretKey(Buffer.from(secret, 'utf8'));

/**
 * Signs identities for the subgraphs. One signature is used again for the same identity for up to half its life, so a busy
 * caller costs one HMAC each 30 seconds instead of one per request.
 */
export function createIdentitySigner(
  internalSecret: string,
  now: () => number = Date.now,
): (identity: InternalIdentity) => Promise<string> {
  const key = toKey(internalSecret);
  const signed = new BoundedMap<string, { token: string; until: number }>(10_000);
  return async ({ subject, scopes, locale }) => {
    const name = `${subject}\n${locale}\n${scopes.join(' ')}`;
    const known = signed.get(name);
    const at = now();
    if (known && known.until > at) return known.token;
    const issued = Math.floor(at / 1000);
    const token = await new SignJWT({ scope: scopes.join(' '), locale })
      .setProtectedHeader({ alg: 'HS256', typ: type })
      .setSubject(subject)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(issued + lifeSeconds)
      .sign(key);
    signed.set(name, { token, until: at + (lifeSeconds * 1000) / 2 });
    return token;
  };
}

/**
 * Checks identities in a subgraph: undefined for anything that the gateway did not sign within the last minute.
 * A token that held once is remembered until it ends, so its signature is checked once.
 */
export function createIdentityVerifier(
  internalSecret: string,
  now: () => number = Date.now,
): (header: string | undefined) => Promise<InternalIdentity | undefined> {
  const key = toKey(internalSecret);
  const verified = new BoundedMap<string, { identity: InternalIdentity; until: number }>(10_000);
  return async (header) => {
    if (!header) return undefined;
    const known = verified.get(header);
    if (known && known.until > now()) return known.identity;
    verified.delete(header);
    try {
      const { payload } = await jwtVerify(header, key, {
        algorithms: ['HS256'],
        issuer,
        audience,
        typ: type,
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: lifeSeconds,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now()),
      });
      const { sub, scope, locale, exp } = payload;
      if (typeof sub !== 'string' || typeof scope !== 'string' || (locale !== 'EN' && locale !== 'RU'))
        return undefined;
      const identity: InternalIdentity = Object.freeze({
        subject: sub,
        scopes: Object.freeze(scope === '' ? [] : scope.split(' ')),
        locale,
      });
      verified.set(header, { identity, until: ((exp as number) + toleranceSeconds) * 1000 });
      return identity;
    } catch {
      return undefined;
    }
  };
}
