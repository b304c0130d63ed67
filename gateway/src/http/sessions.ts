import type { Authenticator } from '../who/authenticate.ts';
import { localeOf } from '../who/locale.ts';
import type { SessionTokens, SignInOutcome, UsersClient } from '../who/users-client.ts';
import { parseCookies, refreshCookie, sessionCookie, setCookie } from './cookies.ts';
import { mayBeForged } from './csrf.ts';
import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';
import { readBody } from './read-body.ts';
import { respondJson } from './respond.ts';

interface Options {
  users: UsersClient;
  authenticator: Authenticator;
  secureCookies: boolean;
}

/** Signing in and out for pages: the tokens stay in cookies that no script can read. */
export interface Sessions {
  /** `GET`, `POST` and `DELETE /session`. */
  handle(exchange: Exchange): Promise<void>;
  /** `GET /sign-in?code=…`: redeems the code and goes on to the start page, so that the code is not left in the address. */
  redeem(exchange: Exchange): Promise<void>;
  /** The Set-Cookie values of a session. */
  cookiesOf(tokens: SessionTokens): string[];
}

export function createSessions({ users, authenticator, secureCookies }: Options): Sessions {
  const cookiesOf = (tokens: SessionTokens): string[] => {
    const end = new Date(tokens.refreshExpiresAt);
    // The access token's cookie outlives the token: the gateway renews it, and a cookie that is gone could not be.
    return [
      setCookie(sessionCookie, tokens.accessToken, end, secureCookies),
      setCookie(refreshCookie, tokens.refreshToken, end, secureCookies),
    ];
  };
  const noCookies = [sessionCookie, refreshCookie].map((name) =>
    setCookie(name, undefined, new Date(0), secureCookies),
  );

  const show = async ({ request, response }: Exchange): Promise<void> => {
    const { caller, renewed } = await authenticator.authenticate(request.headers);
    if (renewed) response.setHeader('set-cookie', cookiesOf(renewed));
    if (!caller) throw new HttpError(401, 'UNAUTHENTICATED', 'Nobody is signed in.');
    const account = caller.subject.startsWith('account:')
      ? await users.account(caller.subject, caller.locale)
      : undefined;
    respondJson(response, 200, {
      account: account ?? null,
      role: caller.role ?? null,
      scopes: caller.scopes,
      locale: caller.locale,
    });
  };

  const open = async ({ request, response }: Exchange): Promise<void> => {
    if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
      throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the credentials as application/json.');
    }
    const { email, password, code } = await readCredentials(request);
    const locale = localeOf(request.headers);
    let outcome: SignInOutcome;
    if (typeof code === 'string') outcome = await users.redeemCode(code, locale);
    else if (typeof email === 'string' && typeof password === 'string')
      outcome = await users.signIn(email, password, locale);
    else throw new HttpError(400, 'BAD_REQUEST', 'Send {"email", "password"} or {"code"}.');
    if (!('accessToken' in outcome)) {
      throw new HttpError(outcome.code === 'TOO_MANY_TRIES' ? 429 : 401, outcome.code, outcome.message);
    }
    response.setHeader('set-cookie', cookiesOf(outcome));
    respondJson(response, 200, { account: outcome.account });
  };

  const end = async ({ request, response }: Exchange): Promise<void> => {
    if (mayBeForged('DELETE', request.headers)) {
      throw new HttpError(403, 'CROSS_SITE', 'This request seems to come from another site.');
    }
    const refreshToken = parseCookies(request.headers.cookie).get(refreshCookie);
    // Whatever becomes of the session in the database, the browser forgets it.
    response.setHeader('set-cookie', noCookies);
    if (refreshToken) await users.endSession(refreshToken);
    response.writeHead(204).end();
  };

  return {
    cookiesOf,
    async handle(exchange) {
      switch (exchange.request.method) {
        case 'GET':
          return show(exchange);
        case 'POST':
          return open(exchange);
        case 'DELETE':
          return end(exchange);
        default:
          throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use GET, POST or DELETE.', { allow: 'GET, POST, DELETE' });
      }
    },
    async redeem({ request, response, url }) {
      // Programs that look at links before people open them ask by HEAD at most; a code must survive that.
      if (request.method !== 'GET') throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use GET.', { allow: 'GET' });
      const outcome = await users.redeemCode(url.searchParams.get('code') ?? '', localeOf(request.headers));
      const signedIn = 'accessToken' in outcome;
      response.writeHead(303, {
        location: signedIn ? '/' : '/sign-in?refused=code',
        'cache-control': 'no-store',
        ...(signedIn ? { 'set-cookie': cookiesOf(outcome) } : {}),
      });
      response.end();
    },
  };
}

async function readCredentials(request: Exchange['request']): Promise<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(await readBody(request));
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch (error) {
    if (error instanceof HttpError) throw error;
  }
  throw new HttpError(400, 'BAD_REQUEST', 'The body must be a JSON object.');
}
