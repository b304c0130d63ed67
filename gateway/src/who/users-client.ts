import { gatewayServiceScopes, type Role } from '@cda/platform/auth/scopes.ts';
import type { Locale } from '@cda/platform/text.ts';
import type { Transport } from '../graph/data-source.ts';
import { within } from '../graph/within.ts';
import { HttpError } from '../http/http-error.ts';

/** A session as the users subgraph opens and renews it. */
export interface SessionTokens {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
  account: { id: string; email: string; name: string; role: string; scopes: string[] };
}

/** Why nobody was signed in, in words for the person who tried. */
export interface SignInRefused {
  code: string;
  message: string;
}

/** A person as the identity provider vouches for them, with what the configuration makes of it. */
export interface ProvidedIdentity {
  issuer: string;
  subject: string;
  email: string;
  name: string;
  role: Role | null;
  newAccountRole: Role | null;
}

export type SignInOutcome = SessionTokens | SignInRefused;

/** The users subgraph's fields that only the gateway may ask: signing in, renewing, looking up keys. */
export interface UsersClient {
  signIn(email: string, password: string, locale: Locale): Promise<SignInOutcome>;
  signInByIdentity(input: ProvidedIdentity, locale: Locale): Promise<SignInOutcome>;
  redeemCode(code: string, locale: Locale): Promise<SignInOutcome>;
  refresh(refreshToken: string, locale: Locale): Promise<SignInOutcome>;
  endSession(refreshToken: string): Promise<void>;
  verifyKey(secret: string): Promise<{ id: string; scopes: string[] } | undefined>;
  account(subject: string, locale: Locale): Promise<SessionTokens['account'] | undefined>;
  /** Those of these sessions that are open still. */
  openSessions(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

const outcome = `
  __typename
  ... on SessionTokens { accessToken expiresAt refreshToken refreshExpiresAt account { id email name role scopes } }
  ... on SignInRefused { code message }`;

const operations = {
  signIn: `mutation SignIn($email: String!, $password: String!) { result: signIn(email: $email, password: $password) { ${outcome} } }`,
  identity: `mutation Identity($input: SignInByIdentityInput!) { result: signInByIdentity(input: $input) { ${outcome} } }`,
  redeem: `mutation Redeem($code: String!) { result: redeemSignInCode(code: $code) { ${outcome} } }`,
  refresh: `mutation Refresh($token: String!) { result: refreshSession(refreshToken: $token) { ${outcome} } }`,
  end: 'mutation End($token: String!) { result: endSession(refreshToken: $token) }',
  verify: 'mutation Verify($secret: String!) { result: verifyApiKey(secret: $secret) { id scopes } }',
  viewer: 'query Viewer { result: viewer { id email name role scopes } }',
  open: 'query Open($ids: [ID!]!) { result: openSessions(ids: $ids) }',
} as const;

/** `identify` signs an identity for a subgraph; `timeoutMs` bounds each call. Calls reject with HttpError where the subgraph gives no answer. */
export function createUsersClient(
  transport: Transport,
  identify: (subject: string, scopes: readonly string[], locale: Locale) => Promise<Readonly<Record<string, string>>>,
  timeoutMs: number,
  onFailure: (error: unknown) => void,
): UsersClient {
  const call = async <Result>(
    query: string,
    variables: Record<string, unknown>,
    locale: Locale = 'EN',
    subject = 'service:gateway',
  ): Promise<Result | null> => {
    const headers = await identify(subject, subject === 'service:gateway' ? gatewayServiceScopes : [], locale);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const call = transport({ query, variables, operationName: undefined, headers, signal });
      const { data, errors } = await within(call, timeoutMs);
      if (errors) throw new Error(errors.map((error) => error.message).join('; '));
      return (data?.['result'] ?? null) as Result | null;
    } catch (error) {
      onFailure(error);
      const message = 'Who asks cannot be found out just now. Try again in a few seconds.';
      throw new HttpError(503, 'SUBGRAPH_UNAVAILABLE', message, { 'retry-after': '5' });
    }
  };
  const signedIn = async (
    query: string,
    variables: Record<string, unknown>,
    locale: Locale,
  ): Promise<SignInOutcome> => {
    const result = await call<SignInOutcome>(query, variables, locale);
    if (!result) throw new Error('The users subgraph gave no answer.');
    return result;
  };
  return {
    signIn: (email, password, locale) => signedIn(operations.signIn, { email, password }, locale),
    signInByIdentity: (input, locale) => signedIn(operations.identity, { input }, locale),
    redeemCode: (code, locale) => signedIn(operations.redeem, { code }, locale),
    refresh: (token, locale) => signedIn(operations.refresh, { token }, locale),
    endSession: async (token) => {
      await call(operations.end, { token });
    },
    verifyKey: async (secret) =>
      (await call<{ id: string; scopes: string[] }>(operations.verify, { secret })) ?? undefined,
    account: async (subject, locale) =>
      (await call<SessionTokens['account']>(operations.viewer, {}, locale, subject)) ?? undefined,
    openSessions: async (ids) => new Set(await call<string[]>(operations.open, { ids })),
  };
}
