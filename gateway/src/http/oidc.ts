import { sameSecret } from '@cda/platform/auth/keys.ts';
import { BoundedMap } from '@cda/platform/bounded-map.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import { counter } from '@cda/platform/telemetry/metrics.ts';
import { localeOf } from '../who/locale.ts';
import { attemptSeconds, createAttemptSeal, newAttempt, ownPath } from '../who/oidc/attempt.ts';
import { type OidcConfig, OidcError, type OidcFault } from '../who/oidc/oidc-config.ts';
import { createOidcProvider } from '../who/oidc/provider.ts';
import { roleOfGroups } from '../who/oidc/role-of-groups.ts';
import type { UsersClient } from '../who/users-client.ts';
import { parseCookies } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';
import type { Sessions } from './sessions.ts';

/** Where a sign-in by the identity provider begins, and where the provider sends people back to. */
export const oidcPaths = { start: '/sign-in/oidc', callback: '/sign-in/oidc/callback' } as const;

/** Signing in by an identity provider: authorization code with PKCE. */
export interface OidcSignIn {
  start(exchange: Exchange): Promise<void>;
  callback(exchange: Exchange): Promise<void>;
}

interface Options {
  config: OidcConfig;
  internalSecret: string;
  users: Pick<UsersClient, 'signInByIdentity'>;
  sessions: Pick<Sessions, 'cookiesOf'>;
  secureCookies: boolean;
  /** Address of this gateway as browsers see it. */
  publicUrl: () => string;
  log: Log;
}

const outcomes = counter('cda_oidc_sign_ins_total', 'Sign-ins by the identity provider by outcome', ['outcome']);

const attemptCookie = 'cda_oidc';

export function createOidcSignIn(options: Options): OidcSignIn {
  const { config, users, sessions, secureCookies, log } = options;
  const provider = createOidcProvider(config);
  const { seal, open } = createAttemptSeal(options.internalSecret);
  /** States that came back already; the provider takes a code once, this gateway an attempt. */
  const used = new BoundedMap<string, true>(10_000);
  const redirectUri = (): string => new URL(oidcPaths.callback, options.publicUrl()).href;

  // Lax: the way back from the provider is a link from another site, which Strict cookies are not sent along.
  const cookie = (value: string, seconds: number): string =>
    `${attemptCookie}=${value}; Path=${oidcPaths.start}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secureCookies ? '; Secure' : ''}`;

  const goTo = ({ response }: Exchange, location: string, cookies: readonly string[]): void => {
    response.writeHead(303, { location, 'cache-control': 'no-store', 'set-cookie': [...cookies] }).end();
  };

  const refuse = (exchange: Exchange, fault: OidcFault, detail: string): void => {
    outcomes.inc({ outcome: fault });
    log.warn(
      { requestId: exchange.requestId, outcome: fault, detail },
      'nobody was signed in by the identity provider',
    );
    goTo(exchange, `/sign-in?refused=oidc-${fault}`, [cookie('', 0)]);
  };

  const guarded = async (exchange: Exchange, work: () => Promise<void>): Promise<void> => {
    if (exchange.request.method !== 'GET') throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use GET.', { allow: 'GET' });
    try {
      await work();
    } catch (error) {
      if (!(error instanceof OidcError)) throw error;
      refuse(exchange, error.fault, error.message);
    }
  };

  return {
    start: (exchange) =>
      guarded(exchange, async () => {
        const attempt = newAttempt(ownPath(exchange.url.searchParams.get('next')));
        const address = await provider.authorizationUrl(attempt, redirectUri());
        goTo(exchange, address, [cookie(await seal(attempt), attemptSeconds)]);
      }),
    callback: (exchange) =>
      guarded(exchange, async () => {
        const { request, url } = exchange;
        const [state, code, error, issuer] = ['state', 'code', 'error', 'iss'].map((name) =>
          url.searchParams.get(name),
        );
        const attempt = await open(parseCookies(request.headers.cookie).get(attemptCookie));
        if (!attempt || !state || !sameSecret(state, attempt.state)) {
          throw new OidcError('attempt', 'the answer belongs to no attempt of this browser');
        }
        if (used.get(attempt.state)) throw new OidcError('attempt', 'the answer came a second time');
        used.set(attempt.state, true);
        if (issuer && issuer !== config.issuer) throw new OidcError('attempt', 'the answer is of another issuer');
        if (error || !code) throw new OidcError('attempt', 'the provider sent no code');
        const { groups, ...person } = await provider.identify(code, attempt, redirectUri());
        const role = roleOfGroups(config, groups);
        const outcome = await users.signInByIdentity(
          {
            ...person,
            role: role ?? null,
            newAccountRole: config.createsAccounts ? (role ?? config.defaultRole ?? 'VIEWER') : null,
          },
          localeOf(request.headers),
        );
        if (!('accessToken' in outcome)) throw new OidcError('account', outcome.code);
        outcomes.inc({ outcome: 'signed-in' });
        goTo(exchange, attempt.next, [...sessions.cookiesOf(outcome), cookie('', 0)]);
      }),
  };
}
