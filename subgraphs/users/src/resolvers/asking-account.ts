import { forbidden } from '@cda/platform/auth/access-errors.ts';
import type { InternalIdentity } from '@cda/platform/auth/internal-identity.ts';

/** Id of the account that asks; undefined for keys, services and tokens made on the command line. */
export const findAccountId = ({ subject }: InternalIdentity): string | undefined =>
  subject.startsWith('account:') ? subject.slice('account:'.length) : undefined;

/** Id of the account that asks. Throws FORBIDDEN for callers that are no person. */
export function accountIdOf(identity: InternalIdentity): string {
  const id = findAccountId(identity);
  if (id === undefined) throw forbidden('This is for people who signed in, not for keys.');
  return id;
}
