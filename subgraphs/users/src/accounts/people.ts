import { randomUUID } from 'node:crypto';
import { createCode, hashOfSecret } from '@cda/platform/auth/keys.ts';
import { hashPassword } from '@cda/platform/auth/passwords.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account, type AccountRow } from '../entities/account.ts';
import { SignInCode } from '../entities/sign-in-code.ts';
import { TelegramChat } from '../entities/telegram-chat.ts';
import type { KeyFault } from './api-keys.ts';
import { codeLifeMs } from './seed-admin.ts';
import { endAllSessions } from './sessions.ts';
import { longestPassword, normaliseEmail, signInByPassword } from './sign-in.ts';

/** Shortest password that is taken. */
export const shortestPassword = 12;

/** A code that signs an account in once. */
export interface NewCode {
  code: string;
  path: string;
  expiresAt: Date;
}

/** Makes an account and its first code. */
export async function makeAccount(
  em: EntityManager,
  given: { email: string; name: string; role: Role },
  now = new Date(),
): Promise<{ account: AccountRow; signInCode: NewCode } | KeyFault> {
  const email = normaliseEmail(given.email);
  const name = given.name.trim();
  if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) {
    return { code: 'EMAIL_NOT_VALID', path: 'input.email', message: 'This is no e-mail address.' };
  }
  if (name.length < 1 || name.length > 100 || /\p{Cc}/u.test(name)) {
    return {
      code: 'NAME_NOT_VALID',
      path: 'input.name',
      message: 'A name has 1 to 100 characters, none of them a control character.',
    };
  }
  const id = randomUUID();
  // The statement decides: two requests for one address at once make one account.
  const made = await em
    .getConnection()
    .execute(
      `INSERT INTO users.account (id, email, name, role, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING RETURNING id`,
      [id, email, name, given.role, now],
    );
  if (made.length === 0) {
    return {
      code: 'EMAIL_TAKEN',
      path: 'input.email',
      message: 'There is an account of this address: make a new sign-in code for it.',
    };
  }
  const account = await em.findOneOrFail(Account, { id });
  return { account, signInCode: await makeCode(em, id, now) };
}

/** A new code for an account; those that nobody used yet end with it. Undefined where there is no account that may sign in. */
export async function renewCode(
  em: EntityManager,
  accountId: string,
  now = new Date(),
): Promise<{ account: AccountRow; signInCode: NewCode } | undefined> {
  const account = await findAccount(em, accountId);
  if (!account || account.disabledAt) return undefined;
  return { account, signInCode: await makeCode(em, account.id, now) };
}

async function makeCode(em: EntityManager, accountId: string, now: Date): Promise<NewCode> {
  const code = createCode();
  const expiresAt = new Date(now.getTime() + codeLifeMs);
  await em.nativeDelete(SignInCode, { accountId, usedAt: null });
  await em.persist(em.create(SignInCode, { hash: hashOfSecret(code), accountId, expiresAt })).flush();
  return { code, path: `/sign-in?code=${code}`, expiresAt };
}

/** An account by id; undefined for one that is not there, and for what is no id. */
export async function findAccount(em: EntityManager, id: string): Promise<AccountRow | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  return (await em.findOne(Account, { id }, { refresh: true })) ?? undefined;
}

/**
 * Gives an account another role, or shuts it out. The last administrator who may sign in stays one: without any, nobody could
 * make another.
 */
export async function changeAccount(
  em: EntityManager,
  id: string,
  change: { role: Role } | { disabled: boolean },
  now = new Date(),
): Promise<AccountRow | 'NOT_FOUND' | 'LAST_ADMIN'> {
  return em.transactional(async (tx) => {
    // One change of administrators at a time, or two of them could shut each other out.
    await tx
      .getConnection()
      .execute(`SELECT pg_advisory_xact_lock(hashtext('cda-administrators'))`, [], 'all', tx.getTransactionContext());
    const account = await findAccount(tx, id);
    if (!account) return 'NOT_FOUND';
    const stays = 'role' in change ? change.role === 'ADMIN' && !account.disabledAt : !change.disabled;
    if (account.role === 'ADMIN' && !account.disabledAt && !stays) {
      const others = await tx.count(Account, { role: 'ADMIN', disabledAt: null, id: { $ne: id } });
      if (others === 0) return 'LAST_ADMIN';
    }
    if ('role' in change) account.role = change.role;
    else if (change.disabled !== Boolean(account.disabledAt)) account.disabledAt = change.disabled ? now : null;
    if (account.disabledAt) {
      await endAllSessions(tx, id, now);
      await tx.nativeDelete(TelegramChat, { accountId: id });
      await tx.nativeDelete(SignInCode, { accountId: id, usedAt: null });
    }
    await tx.flush();
    return account;
  });
}

/** Sets an account's password and ends its sessions. Where it has one, the current one must be right. */
export async function setPassword(
  em: EntityManager,
  account: AccountRow,
  { password, current }: { password: string; current: string | null | undefined },
  now = new Date(),
): Promise<AccountRow | 'CURRENT_PASSWORD_WRONG' | 'PASSWORD_NOT_VALID'> {
  const characters = [...password].length;
  if (
    characters < shortestPassword ||
    password.length > longestPassword ||
    password.toLowerCase().includes(account.email)
  ) {
    return 'PASSWORD_NOT_VALID';
  }
  // Tried like a sign-in, so that a session left open on some desk cannot be used to guess it.
  if (account.passwordHash && typeof (await signInByPassword(em, account.email, current ?? '', now)) === 'string') {
    return 'CURRENT_PASSWORD_WRONG';
  }
  await em.nativeUpdate(Account, { id: account.id }, { passwordHash: await hashPassword(password) });
  await endAllSessions(em, account.id, now);
  return account;
}
