import { createHmac } from 'node:crypto';
import { type SubgraphName, subgraphNames } from '../graph/type-defs.ts';

/** PostgreSQL roles: one a subgraph, and one that owns the job queue. Each can write its own schema and read the log, nothing else. */
export type RoleName = `cda_${SubgraphName}` | 'cda_jobs';

export const roleNames: readonly RoleName[] = [...subgraphNames.map((name) => `cda_${name}` as const), 'cda_jobs'];

/** Password of a role, derived from the installation's secret so that nothing more has to be kept. */
export function rolePassword(secret: string, role: RoleName): string {
  return createHmac('sha256', secret).update(`postgres-role:${role}`).digest('base64url');
}

/** Roles that append events or erase people, and so have to recognise those who were erased. */
const recognising: readonly RoleName[] = ['cda_analytics', 'cda_users'];

/** The server's address with the login of one role in place of the administrator's. */
export function roleUrl(adminUrl: string, secret: string, role: RoleName): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = rolePassword(secret, role);
  if (recognising.includes(role)) {
    // The key of the digests of the erased travels with the connection: it must not stand in the database beside them.
    const key = createHmac('sha256', secret).update('erasures').digest('hex');
    const given = url.searchParams.get('options');
    url.searchParams.set('options', `${given ? `${given} ` : ''}-c cda.erasure_key=${key}`);
    // Some drivers take a plus sign literally.
    url.search = url.search.replaceAll('+', '%20');
  }
  return url.href;
}
