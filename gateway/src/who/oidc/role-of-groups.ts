import type { Role } from '@cda/platform/auth/scopes.ts';
import type { OidcConfig } from './oidc-config.ts';
import { OidcError } from './oidc-config.ts';

/** Roles from the one that allows most; marketers steer what customers see, analysts only read. */
const fromMost: readonly Role[] = ['ADMIN', 'MARKETER', 'ANALYST', 'VIEWER'];

/**
 * The role that a person's groups give; undefined where no groups are mapped, so that administrators here decide.
 * Throws OidcError where groups are mapped and the person is in none of them.
 */
export function roleOfGroups(
  { rolesByGroup, defaultRole }: Pick<OidcConfig, 'rolesByGroup' | 'defaultRole'>,
  groups: readonly string[],
): Role | undefined {
  if (rolesByGroup.size === 0) return undefined;
  const given = new Set(groups.map((group) => rolesByGroup.get(group)));
  const role = fromMost.find((candidate) => given.has(candidate)) ?? defaultRole;
  if (!role) throw new OidcError('member', 'none of the groups gives a role');
  return role;
}
