import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { isRole, type Role } from './scopes.ts';
import type { AccessKeys } from './secrets.ts';

const issuer = 'customer-data-analytics';
const audience = 'customer-data-analytics/graph';
const type = 'at+jwt';

/** Access tokens live this long unless asked for otherwise. */
export const accessTokenTtlSeconds = 15 * 60;

/** Longest life that a token can be given. */
export const longestAccessTokenTtlSeconds = 30 * 24 * 60 * 60;

/** Whom an access token stands for. */
export interface AccessClaims {
  /** `account:<id>`, or `operator:<role>` for a token made on the command line. */
  subject: string;
  role: Role;
}

/** Claims of a token that holds, and until when it does. */
export interface VerifiedClaims extends AccessClaims {
  expiresAt: Date;
}

/** Signs an access token (EdDSA, with `kid`). Throws where this process holds no private key. */
export async function issueAccessToken(
  keys: AccessKeys,
  { subject, role }: AccessClaims,
  ttlSeconds = accessTokenTtlSeconds,
  now = new Date(),
): Promise<{ token: string; expiresAt: Date }> {
  if (!keys.signing) throw new Error('This process holds no private key to sign tokens with: set JWT_PRIVATE_KEY.');
  if (!(ttlSeconds > 0 && ttlSeconds <= longestAccessTokenTtlSeconds)) {
    throw new RangeError(`A token lives between 1 second and ${longestAccessTokenTtlSeconds / 86_400} days.`);
  }
  const issued = Math.floor(now.getTime() / 1000);
  const token = await new SignJWT({ role })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.signing.kid, typ: type })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issued)
    .setExpirationTime(issued + Math.floor(ttlSeconds))
    .setJti(randomUUID())
    .sign(keys.signing.key);
  return { token, expiresAt: new Date((issued + Math.floor(ttlSeconds)) * 1000) };
}

/**
 * Whom a token stands for, or undefined where anything about it is not right: algorithm, key, issuer, audience, times, type,
 * claims. Which of them is not told: a caller who has a good token does not need to know.
 */
export async function verifyAccessToken(
  keys: AccessKeys,
  token: string,
  now = new Date(),
): Promise<VerifiedClaims | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        // Looked up in a map of known keys, never in a path, a query or an address.
        const key = kid === undefined ? undefined : keys.verifying.get(kid);
        if (!key) throw new Error('unknown key');
        return key;
      },
      {
        algorithms: ['EdDSA'],
        issuer,
        audience,
        typ: type,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: 30,
        currentDate: now,
      },
    );
    const { sub, role, exp } = payload;
    if (typeof sub !== 'string' || !/^(account|operator):[\w-]{1,64}$/.test(sub) || !isRole(role)) return undefined;
    return { subject: sub, role, expiresAt: new Date((exp as number) * 1000) };
  } catch {
    return undefined;
  }
}
