import { randomUUID } from 'node:crypto';
import { createCode, hashOfSecret } from '@cda/platform/auth/keys.ts';
import type { Role } from '@cda/platform/auth/scopes.ts';
import type { Pool } from 'pg';
import { normaliseEmail } from './sign-in.ts';

export interface SeedAccount {
  email: string;
  name: string;
  role: Role;
}

/** Whom the start command's link signs in. */
export const demoAdmin: SeedAccount = { email: 'admin@demo.example', name: 'Demo admin', role: 'ADMIN' };

/** A link that signs somebody in is good for this long. */
export const codeLifeMs = 24 * 60 * 60 * 1000;

/**
 * Makes the account where it does not exist, and a code that signs it in once (`/sign-in?code=…`). Earlier codes of the account that
 * nobody used end with it, so only the link printed last works.
 *
 * @param db login of the users subgraph's own role
 */
export async function seedAdmin(
  db: Pool,
  account: SeedAccount = demoAdmin,
  now = new Date(),
): Promise<{ code: string; accountId: string }> {
  const email = normaliseEmail(account.email);
  await db.query(
    `INSERT INTO users.account (id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (email) DO NOTHING`,
    [randomUUID(), email, account.name, account.role, now],
  );
  const { rows } = await db.query<{ id: string }>('SELECT id FROM users.account WHERE email = $1', [email]);
  const accountId = (rows[0] as { id: string }).id;
  const code = createCode();
  await db.query('DELETE FROM users.sign_in_code WHERE account_id = $1 AND used_at IS NULL', [accountId]);
  await db.query('INSERT INTO users.sign_in_code (hash, account_id, expires_at) VALUES ($1, $2, $3)', [
    hashOfSecret(code),
    accountId,
    new Date(now.getTime() + codeLifeMs),
  ]);
  return { code, accountId };
}
