import { hashOfSecret } from '@cda/platform/auth/keys.ts';
import { verifyPassword } from '@cda/platform/auth/passwords.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account, type AccountRow } from '../entities/account.ts';
import { SignInAttempt } from '../entities/sign-in-attempt.ts';
import { SignInCode } from '../entities/sign-in-code.ts';

/** Wrong passwords for one address within the window before it is locked. */
export const failuresAllowed = 5;

/** Length of the window, and of the lock. */
export const windowMinutes = 15;

/** Why nobody was signed in. */
export type SignInFault = 'WRONG_CREDENTIALS' | 'TOO_MANY_TRIES' | 'CODE_NOT_VALID';

/** Longest password that is looked at. */
export const longestPassword = 1_024;

/**
 * The account behind an e-mail and a password. An address that is not known takes as long and counts as many failures as one that
 * is, so neither the clock nor the lock tells who has an account.
 */
export async function signInByPassword(
  em: EntityManager,
  email: string,
  password: string,
  now = new Date(),
): Promise<AccountRow | SignInFault> {
  const address = normaliseEmail(email);
  const subject = hashOfSecret(`email:${address}`);
  const windowStart = new Date(now.getTime() - windowMinutes * 60_000);
  const attempt = await em.findOne(
    SignInAttempt,
    { subject, windowStartedAt: { $gt: windowStart } },
    { refresh: true },
  );
  if ((attempt?.failures ?? 0) >= failuresAllowed) return 'TOO_MANY_TRIES';

  const account = await em.findOne(Account, { email: address, disabledAt: null });
  const right = password.length <= longestPassword && (await verifyPassword(password, account?.passwordHash));
  if (right && account) {
    await em.nativeDelete(SignInAttempt, { subject });
    return account;
  }
  // One statement, so that tries side by side are all counted.
  await em.getConnection().execute(
    `INSERT INTO users.sign_in_attempt AS a (subject, failures, window_started_at) VALUES (?, 1, ?)
     ON CONFLICT (subject) DO UPDATE SET
       failures = CASE WHEN a.window_started_at > ? THEN a.failures + 1 ELSE 1 END,
       window_started_at = CASE WHEN a.window_started_at > ? THEN a.window_started_at ELSE excluded.window_started_at END`,
    [subject, now, windowStart, windowStart],
  );
  return 'WRONG_CREDENTIALS';
}

/** The account behind a one-time code, which is used up by it. */
export async function signInByCode(
  em: EntityManager,
  code: string,
  now = new Date(),
): Promise<AccountRow | SignInFault> {
  const hash = hashOfSecret(code);
  // The update decides who was first; two uses at the same moment cannot both find the code unused.
  const used = await em.nativeUpdate(SignInCode, { hash, usedAt: null, expiresAt: { $gt: now } }, { usedAt: now });
  const entry = used > 0 ? await em.findOne(SignInCode, { hash }) : null;
  const account = entry ? await em.findOne(Account, { id: entry.accountId, disabledAt: null }) : null;
  return account ?? 'CODE_NOT_VALID';
}

/** An e-mail address as accounts are found by it. */
export const normaliseEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase().slice(0, 320);
