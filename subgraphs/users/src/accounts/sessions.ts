import { randomUUID } from 'node:crypto';
import { issueAccessToken } from '@cda/platform/auth/access-token.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account, type AccountRow } from '../entities/account.ts';
import { Session } from '../entities/session.ts';
import type { AccountSecrets } from './account-secrets.ts';
import { fromRefreshToken, toRefreshToken } from './refresh-token.ts';

/** A session that nobody renews ends after this long. */
const sessionLifeMs = 30 * 24 * 60 * 60 * 1000;

/** Two requests of one browser may renew at the same time; within this long the second is no thief. */
const graceMs = 30_000;

/** An open session with its tokens. */
export interface OpenSession {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
  refreshExpiresAt: Date;
  account: AccountRow;
}

/** Whom a short-lived token is to stand for. */
export const subjectOf = (account: Pick<AccountRow, 'id'>): string => `account:${account.id}`;

/** Opens a session for an account. */
export async function openSession(
  em: EntityManager,
  secrets: AccountSecrets,
  account: AccountRow,
  now = new Date(),
): Promise<OpenSession> {
  const session = em.create(Session, {
    id: randomUUID(),
    accountId: account.id,
    generation: 1,
    renewedAt: now,
    expiresAt: new Date(now.getTime() + sessionLifeMs),
  });
  await em.persist(session).flush();
  return withTokens(secrets, account, session.id, session.generation, session.expiresAt, now);
}

/**
 * Renews a session and goes one generation on. The token of the generation before still answers for half a minute, with the same
 * new token; an older one was stolen or copied, and ends the session for everybody. Undefined where there is no session to renew.
 */
export async function renewSession(
  em: EntityManager,
  secrets: AccountSecrets,
  refreshToken: string,
  now = new Date(),
): Promise<OpenSession | undefined> {
  const claim = fromRefreshToken(secrets.refreshKey, refreshToken);
  if (!claim) return undefined;
  const { sessionId, generation } = claim;
  const open = { id: sessionId, endedAt: null, expiresAt: { $gt: now } };
  const expiresAt = new Date(now.getTime() + sessionLifeMs);
  const renewed = await em.nativeUpdate(
    Session,
    { ...open, generation },
    { generation: generation + 1, renewedAt: now, expiresAt },
  );
  const session = await em.findOne(Session, open, { refresh: true });
  if (!session) return undefined;
  const late = renewed === 0;
  const justRenewed = session.generation === generation + 1 && now.getTime() - session.renewedAt.getTime() <= graceMs;
  if (late && !justRenewed) {
    await em.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: now });
    return undefined;
  }
  const account = await em.findOne(Account, { id: session.accountId, disabledAt: null });
  if (!account) return undefined;
  return withTokens(secrets, account, sessionId, generation + 1, session.expiresAt, now);
}

/** Ends the session of a refresh token, whichever generation it is of. False where there was none open. */
export async function endSession(
  em: EntityManager,
  secrets: AccountSecrets,
  refreshToken: string,
  now = new Date(),
): Promise<boolean> {
  const claim = fromRefreshToken(secrets.refreshKey, refreshToken);
  if (!claim) return false;
  return (await em.nativeUpdate(Session, { id: claim.sessionId, endedAt: null }, { endedAt: now })) > 0;
}

/** Those of these sessions that are open still, whoever they belong to. */
export async function findOpenSessions(em: EntityManager, ids: readonly string[], now = new Date()): Promise<string[]> {
  const sessions = await em.find(Session, { id: { $in: ids }, endedAt: null, expiresAt: { $gt: now } });
  return sessions.map(({ id }) => id);
}

/** Ends all sessions of an account. */
export async function endAllSessions(em: EntityManager, accountId: string, now = new Date()): Promise<void> {
  await em.nativeUpdate(Session, { accountId, endedAt: null }, { endedAt: now });
}

/** A token to ask with, for an account. Throws where this process holds no key to sign with. */
export async function accessTokenFor(
  { access }: AccountSecrets,
  account: AccountRow,
  now = new Date(),
): Promise<{ token: string; expiresAt: Date }> {
  if (!access) throw new Error('No access keys were given to the users subgraph, so nobody can sign in.');
  return issueAccessToken(access, { subject: subjectOf(account), role: account.role }, undefined, now);
}

async function withTokens(
  secrets: AccountSecrets,
  account: AccountRow,
  sessionId: string,
  generation: number,
  refreshExpiresAt: Date,
  now: Date,
): Promise<OpenSession> {
  const { token, expiresAt } = await accessTokenFor(secrets, account, now);
  const refreshToken = toRefreshToken(secrets.refreshKey, { sessionId, generation });
  return { accessToken: token, expiresAt, refreshToken, refreshExpiresAt, account };
}
