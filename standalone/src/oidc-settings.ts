import type { OidcConfig } from '@cda/gateway';
import { isRole, type Role, roles } from '@cda/platform/auth/scopes.ts';
import { AppError } from '@cda/platform/errors.ts';

/**
 * Sign-in by an identity provider as the environment describes it; undefined where `OIDC_ISSUER` is not set. Throws AppError with
 * the setting that is wrong.
 */
export function readOidcSettings(env: Readonly<Record<string, string | undefined>>): OidcConfig | undefined {
  const issuer = env['OIDC_ISSUER'];
  if (!issuer) return undefined;
  const url = URL.parse(issuer);
  const local = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
    throw refused('OIDC_ISSUER is no https address.', 'Copy the issuer from the provider, exactly as it writes it.');
  }
  const clientId = env['OIDC_CLIENT_ID'];
  if (!clientId) throw refused('OIDC_ISSUER is set and OIDC_CLIENT_ID is not.', 'Register a client at the provider.');
  const publicUrl = env['PUBLIC_URL'] || undefined;
  if (publicUrl !== undefined && !/^https?:\/\/[^/]+\/?$/.test(publicUrl)) {
    throw refused(
      'PUBLIC_URL is no address of a site.',
      'Set it to what browsers see, for example https://analytics.example.com',
    );
  }
  const defaultRole = env['OIDC_DEFAULT_ROLE'] || undefined;
  return {
    issuer,
    clientId,
    clientSecret: env['OIDC_CLIENT_SECRET'] || undefined,
    name: env['OIDC_NAME'] || url.hostname,
    scopes: env['OIDC_SCOPES'] || 'openid email profile',
    groupsClaim: env['OIDC_GROUPS_CLAIM'] || 'groups',
    rolesByGroup: readRoles(env['OIDC_ROLES'] ?? ''),
    defaultRole: defaultRole === undefined ? undefined : roleOf('OIDC_DEFAULT_ROLE', defaultRole),
    createsAccounts: env['OIDC_CREATE_ACCOUNTS'] === '1',
    publicUrl,
  };
}

/** `admins=ADMIN, staff of the shop=VIEWER`: a role for each group. */
function readRoles(text: string): ReadonlyMap<string, Role> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const equals = pair.lastIndexOf('=');
      if (equals < 1)
        throw refused(
          `OIDC_ROLES: "${pair.trim()}" names no role.`,
          'Write group=ROLE, one after the other with commas.',
        );
      return [pair.slice(0, equals).trim(), roleOf('OIDC_ROLES', pair.slice(equals + 1).trim())];
    }),
  );
}

function roleOf(setting: string, text: string): Role {
  if (isRole(text)) return text;
  throw refused(`${setting}: "${text}" is no role.`, `Roles are ${roles.join(', ')}.`);
}

const refused = (message: string, remedy: string): AppError => new AppError('CONFIG_INVALID', message, remedy);
