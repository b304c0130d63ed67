import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a refresh token stands for. */
export interface RefreshClaim {
  sessionId: string;
  generation: number;
}

const signature = (key: Buffer, body: string): Buffer => createHmac('sha256', key).update(body).digest();

/**
 * The refresh token of one generation of a session: `cda_rt_<session>.<generation>.<signature>`. It is computed, not stored, so
 * a copy of the database lets nobody in, and a renewal that two requests ask for at once gives both the same token.
 */
export function toRefreshToken(key: Buffer, { sessionId, generation }: RefreshClaim): string {
  const body = `${sessionId}.${generation}`;
  return `cda_rt_${body}.${signature(key, body).toString('base64url')}`;
}

/** What a refresh token stands for; undefined where its signature does not hold. */
export function fromRefreshToken(key: Buffer, token: string): RefreshClaim | undefined {
  const parts = /^cda_rt_([0-9a-f-]{36})\.(\d{1,9})\.([\w-]{43})$/.exec(token);
  if (!parts) return undefined;
  const [, sessionId = '', generation = '', given = ''] = parts;
  const expected = signature(key, `${sessionId}.${generation}`);
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  return { sessionId, generation: Number(generation) };
}
