import { hashOfSecret } from '@cda/platform/auth/keys.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account, type AccountRow } from '../entities/account.ts';
import { AccountIdentity } from '../entities/account-identity.ts';
import { SignInCode } from '../entities/sign-in-code.ts';
import { changeAccount, makeAccount } from './people.ts';
import { normaliseEmail } from './sign-in.ts';

/** A person as an identity provider vouches for them. */
export interface ProvidedIdentity {
  issuer: string;
  subject: string;
  /** Verified by the provider. */
  email: string;
  name: string;
  /** Role by the person's groups. */
  role: Role | undefined;
  /** Role of a new account; undefined where none is to be made. */
  newAccountRole: Role | undefined;
}

/** Why a person whom a provider vouches for is not signed in. */
export type IdentityFault = 'NO_ACCOUNT' | 'ACCOUNT_DISABLED' | 'ADDRESS_OF_ANOTHER';

/**
 * The account of a person whom a provider vouches for. The first time it is found by the address, and the provider's subject is kept
 * with it; from then on the subject alone counts, so that an address which the provider gives to somebody else opens nothing.
 */
export async function signInByIdentity(
  em: EntityManager,
  given: ProvidedIdentity,
  now = new Date(),
): Promise<AccountRow | IdentityFault> {
  const hash = hashOfSecret(`${given.issuer}\n${given.subject}`);
  const account = (await accountOf(em, hash)) ?? (await linkByAddress(em, given, hash, now));
  if (typeof account === 'string') return account;
  if (account.disabledAt) return 'ACCOUNT_DISABLED';
  const role = given.role;
  if (role === undefined || role === account.role) return account;
  const changed = await changeAccount(em, account.id, { role }, now);
  // The last administrator stays one whatever the groups say: without any, nobody could be made one.
  return typeof changed === 'string' ? account : changed;
}

async function accountOf(em: EntityManager, hash: string): Promise<AccountRow | undefined> {
  const identity = await em.findOne(AccountIdentity, { hash }, { refresh: true });
  return identity
    ? ((await em.findOne(Account, { id: identity.accountId }, { refresh: true })) ?? undefined)
    : undefined;
}

async function linkByAddress(
  em: EntityManager,
  { issuer, email, name, newAccountRole }: ProvidedIdentity,
  hash: string,
  now: Date,
): Promise<AccountRow | IdentityFault> {
  let account: AccountRow | null = await em.findOne(Account, { email: normaliseEmail(email) }, { refresh: true });
  if (!account) {
    if (newAccountRole === undefined) return 'NO_ACCOUNT';
    const made = await makeAccount(em, { email, name: shownName(name, email), role: newAccountRole }, now);
    if ('code' in made) return 'NO_ACCOUNT';
    account = made.account;
    // Its holder signs in by the provider: the code that a new account comes with would be a way in that nobody asked for.
    await em.nativeDelete(SignInCode, { accountId: account.id });
  }
  if (account.disabledAt) return 'ACCOUNT_DISABLED';
  // The statement decides: an account has one subject at a provider, whoever comes first.
  const linked = await em.getConnection().execute(
    `INSERT INTO users.account_identity (hash, account_id, issuer, linked_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING RETURNING hash`,
    [hash, account.id, issuer, now],
  );
  if (linked.length > 0) return account;
  // Two sign-ins of the same person side by side: the other one has linked it.
  return (await accountOf(em, hash)) ?? 'ADDRESS_OF_ANOTHER';
}

/** A name that an account can have: the provider's, or what stands before the @. */
function shownName(name: string, email: string): string {
  const clean = name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 100);
  return clean === '' ? (email.split('@')[0] ?? email).slice(0, 100) : clean;
}
