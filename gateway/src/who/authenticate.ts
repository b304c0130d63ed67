import type { IncomingHttpHeaders } from 'node:http';
import { type VerifiedClaims, verifyAccessToken } from '@cda/platform/auth/access-token.ts';
import { hashOfSecret, kindOfKey, sameSecret } from '@cda/platform/auth/keys.ts';
import { botServiceScopes, scopesOfRole } from '@cda/platform/auth/scopes.ts';
import type { AccessKeys } from '@cda/platform/auth/secrets.ts';
import { BoundedMap } from '@cda/platform/bounded-map.ts';
import { parseCookies, refreshCookie, sessionCookie } from '../http/cookies.ts';
import type { Caller } from './caller.ts';
import { localeOf } from './locale.ts';
import type { SessionTokens, UsersClient } from './users-client.ts';

/** Who asks, and the session's new cookies where it had to be renewed for this request. */
export interface Authentication {
  caller: Caller | undefined;
  renewed?: SessionTokens;
}

export interface Authenticator {
  authenticate(headers: IncomingHttpHeaders): Promise<Authentication>;
  /** Forgets what is known of API keys, so that one taken away stops at once. */
  forgetKeys(): void;
}

interface Options {
  access: AccessKeys;
  botKey: string;
  users: Pick<UsersClient, 'verifyKey' | 'refresh'>;
  now?: () => number;
}

/** How long an API key that held is taken as good without asking again; a write key sends thousands of events a second. */
const keyMemoryMs = 2_000;

/** How long such a key is taken on trust while it cannot be asked about. */
const keyTrustMs = 60_000;

/**
 * Finds out who asks: `Authorization: Bearer` with an access token, an API key or the bot's key; without that header the
 * session's cookie. A proof that does not hold is no proof: nothing else is tried in its place, and which part of it was
 * wrong is not told. A session whose access token has ended is renewed here, once, however many requests come at the same time.
 */
export function createAuthenticator({ access, botKey, users, now = Date.now }: Options): Authenticator {
  const keys = new BoundedMap<string, { identity: { id: string; scopes: string[] } | undefined; until: number }>(
    10_000,
  );
  const tokens = new BoundedMap<string, VerifiedClaims>(10_000);
  const renewals = new Map<string, Promise<SessionTokens | undefined>>();

  const fromToken = async (token: string) => {
    let claims = tokens.get(token);
    // A token that held once holds until it ends: its signature is checked once, which is most of what a light query costs.
    if (!claims || claims.expiresAt.getTime() <= now()) {
      tokens.delete(token);
      claims = await verifyAccessToken(access, token, new Date(now()));
      if (!claims) return undefined;
      tokens.set(token, claims);
    }
    return {
      subject: claims.subject,
      role: claims.role,
      scopes: scopesOfRole(claims.role),
      expiresAt: claims.expiresAt,
    };
  };

  const fromKey = async (secret: string) => {
    const hash = hashOfSecret(secret);
    let known = keys.get(hash);
    if (!known || known.until < now()) {
      try {
        known = { identity: await users.verifyKey(secret), until: now() + keyMemoryMs };
        keys.set(hash, known);
      } catch (error) {
        // Nobody can say just now. A key that held a moment ago is taken on trust, so that events are not lost meanwhile.
        if (!known || known.until + keyTrustMs < now()) throw error;
      }
    }
    return known.identity
      ? { subject: `key:${known.identity.id}`, role: undefined, scopes: known.identity.scopes }
      : undefined;
  };

  const fromBearer = async (credentials: string) => {
    switch (kindOfKey(credentials)) {
      case 'BOT':
        return sameSecret(credentials, botKey)
          ? { subject: 'service:bot', role: undefined, scopes: botServiceScopes }
          : undefined;
      case 'API':
      case 'WRITE':
        return fromKey(credentials);
      default:
        return fromToken(credentials);
    }
  };

  const renew = (refreshToken: string): Promise<SessionTokens | undefined> => {
    let renewal = renewals.get(refreshToken);
    if (!renewal) {
      renewal = users
        .refresh(refreshToken, 'EN')
        // Where nobody can say, this rejects: nobody is signed out because a part of ours is down.
        .then((result) => ('accessToken' in result ? result : undefined))
        .finally(() => renewals.delete(refreshToken));
      renewals.set(refreshToken, renewal);
    }
    return renewal;
  };

  return {
    forgetKeys: () => keys.clear(),
    async authenticate(headers) {
      const locale = localeOf(headers);
      if (headers.authorization !== undefined) {
        const credentials = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1];
        const found = credentials === undefined ? undefined : await fromBearer(credentials);
        return { caller: found && { ...found, locale, byCookie: false } };
      }
      const cookies = parseCookies(headers.cookie);
      const session = cookies.get(sessionCookie);
      const found = session ? await fromToken(session) : undefined;
      if (found) return { caller: { ...found, locale, byCookie: true } };
      const refreshToken = cookies.get(refreshCookie);
      const renewed = refreshToken ? await renew(refreshToken) : undefined;
      const again = renewed && (await fromToken(renewed.accessToken));
      return renewed && again ? { caller: { ...again, locale, byCookie: true }, renewed } : { caller: undefined };
    },
  };
}
