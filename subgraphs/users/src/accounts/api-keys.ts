import { randomUUID } from 'node:crypto';
import { createKey, hashOfSecret, kindOfKey, shownPrefix } from '@cda/platform/auth/keys.ts';
import { apiKeyScopes, defaultApiKeyScopes, writeKeyScopes } from '@cda/platform/auth/scopes.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiKey, type ApiKeyRow } from '../entities/api-key.ts';

export interface NewApiKey {
  name: string;
  kind: 'WRITE' | 'API';
  scopes?: readonly string[] | null | undefined;
}

/** An argument that does not do, in words for the one who gave it. */
export interface KeyFault {
  code: string;
  path: string;
  message: string;
}

/** Makes a key; its secret is given back this once and kept as a hash. */
export async function makeApiKey(
  em: EntityManager,
  { name, kind, scopes }: NewApiKey,
  createdBy: string,
  now = new Date(),
): Promise<{ secret: string; key: ApiKeyRow } | KeyFault> {
  const title = name.trim();
  if (title.length < 1 || title.length > 100 || /\p{Cc}/u.test(title)) {
    return {
      code: 'NAME_NOT_VALID',
      path: 'input.name',
      message: 'A name has 1 to 100 characters, none of them a control character.',
    };
  }
  if (kind === 'WRITE' && scopes?.some((scope) => !writeKeyScopes.includes(scope as never))) {
    return {
      code: 'SCOPES_NOT_VALID',
      path: 'input.scopes',
      message: 'A write key sends events and nothing else: leave scopes out.',
    };
  }
  const wanted = [...new Set(kind === 'WRITE' ? writeKeyScopes : (scopes ?? defaultApiKeyScopes))];
  const unknown = wanted.filter((scope) => !apiKeyScopes.includes(scope as never));
  if (unknown.length > 0 || wanted.length === 0) {
    const known = apiKeyScopes.join(', ');
    return {
      code: 'SCOPES_NOT_VALID',
      path: 'input.scopes',
      message:
        unknown.length > 0
          ? `An API key cannot have ${unknown.join(', ')}; it can have ${known}.`
          : `Give at least one of ${known}.`,
    };
  }
  const secret = createKey(kind);
  const key = em.create(ApiKey, {
    id: randomUUID(),
    name: title,
    kind,
    prefix: shownPrefix(secret),
    hash: hashOfSecret(secret),
    scopes: wanted,
    createdBy,
    createdAt: now,
  });
  await em.persist(key).flush();
  return { secret, key };
}

/** The key behind a secret; undefined for one that is not known or was taken away. */
export async function findKeyBySecret(em: EntityManager, secret: string): Promise<ApiKeyRow | undefined> {
  const kind = kindOfKey(secret);
  if (kind !== 'API' && kind !== 'WRITE') return undefined;
  return (await em.findOne(ApiKey, { hash: hashOfSecret(secret), revokedAt: null })) ?? undefined;
}

/** Takes a key away; one that was taken away before stays as it is. Undefined where there is none of this id. */
export async function revokeKey(em: EntityManager, id: string, now = new Date()): Promise<ApiKeyRow | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  await em.nativeUpdate(ApiKey, { id, revokedAt: null }, { revokedAt: now });
  return (await em.findOne(ApiKey, { id }, { refresh: true })) ?? undefined;
}
