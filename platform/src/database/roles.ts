import { createHmac } from 'node:crypto';
import { type SubgraphName, subgraphNames } from '../graph/type-defs.ts';

/** PostgreSQL roles: one a subgraph, and one that owns the job queue. Each can write its own schema and read the log, nothing else. */
export type RoleName = `cda_${SubgraphName}` | 'cda_jobs';

export const roleNames: readonly RoleName[] = [...subgraphNames.map((name) => `cda_${name}` as const), 'cda_jobs'];

/** Password of a role, derived from the installation's secret so that nothing more has to be kept. */
export function rolePassword(secret: string, role: RoleName): string {
  return createHmac('sha256', secret).update(`postgres-role:${role}`).digest('base64url');
}

/** The server's address with the login of one role in place of the administrator's. */
export function roleUrl(adminUrl: string, secret: string, role: RoleName): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = rolePassword(secret, role);
  return url.href;
}
