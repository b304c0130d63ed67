import { createHash } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Attempt } from './attempt.ts';
import { type OidcConfig, OidcError } from './oidc-config.ts';

/** A person whom the provider vouches for. */
export interface VouchedPerson {
  issuer: string;
  subject: string;
  /** Verified by the provider. */
  email: string;
  name: string;
  groups: readonly string[];
}

/** The provider as this gateway uses it. */
export interface OidcProvider {
  /** Where to send a person. */
  authorizationUrl(attempt: Attempt, redirectUri: string): Promise<string>;
  /** Whom the code that a person came back with stands for. Throws OidcError. */
  identify(code: string, attempt: Attempt, redirectUri: string): Promise<VouchedPerson>;
}

const timeoutMs = 5_000;
const discoveryMs = 3_600_000;
const answerLimit = 256 * 1_024;

/** Signatures that anybody can check and only the provider can make; never `none`, never a shared secret. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const metadataShape = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

type Metadata = z.infer<typeof metadataShape>;

const tokensShape = z.object({ id_token: z.string(), access_token: z.string().optional() });

interface Known {
  metadata: Metadata;
  keys: JWTVerifyGetKey;
  until: number;
}

/** A provider by its discovery document, which is asked for when first needed and again every hour. */
export function createOidcProvider(config: OidcConfig, now: () => number = Date.now): OidcProvider {
  let known: Known | undefined;
  let asking: Promise<Known> | undefined;

  const discover = async (): Promise<Known> => {
    const address = `${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const metadata = metadataShape.safeParse(await fetchJson(address));
    if (!metadata.success) throw new OidcError('provider', 'its discovery document lacks something');
    // A document of another issuer would let that one vouch for everybody.
    if (metadata.data.issuer !== config.issuer) {
      throw new OidcError('provider', `its discovery document is of another issuer than ${config.issuer}`);
    }
    const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = metadata.data;
    for (const endpoint of [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint]) {
      if (endpoint !== undefined && config.issuer.startsWith('https:') && !endpoint.startsWith('https:')) {
        throw new OidcError('provider', 'its discovery document names an address without TLS');
      }
    }
    const keys = createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: timeoutMs, cooldownDuration: 10_000 });
    known = { metadata: metadata.data, keys, until: now() + discoveryMs };
    return known;
  };
  const current = (): Promise<Known> => {
    if (known && known.until > now()) return Promise.resolve(known);
    asking ??= discover().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  const redeem = async (metadata: Metadata, code: string, attempt: Attempt, redirectUri: string) => {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: attempt.verifier,
    });
    const headers: Record<string, string> = { accept: 'application/json' };
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    if (config.clientSecret !== undefined && methods.includes('client_secret_basic')) {
      const encode = (text: string) => new URLSearchParams({ v: text }).toString().slice(2);
      const credentials = `${encode(config.clientId)}:${encode(config.clientSecret)}`;
      headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    } else {
      body.set('client_id', config.clientId);
      if (config.clientSecret !== undefined) body.set('client_secret', config.clientSecret);
    }
    const answer = await fetchJson(metadata.token_endpoint, { method: 'POST', headers, body }, 'attempt');
    const tokens = tokensShape.safeParse(answer);
    if (!tokens.success) throw new OidcError('provider', 'it sent no ID token');
    return tokens.data;
  };

  const verify = async ({ keys }: Known, idToken: string, nonce: string): Promise<JWTPayload & { sub: string }> => {
    const { payload } = await jwtVerify(idToken, keys, {
      issuer: config.issuer,
      audience: config.clientId,
      algorithms,
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
      maxTokenAge: '10m',
      clockTolerance: 30,
      currentDate: new Date(now()),
    }).catch((error: { code?: string }) => {
      throw new OidcError('attempt', `its ID token does not hold (${error.code ?? 'ERROR'})`);
    });
    if (payload['nonce'] !== nonce) throw new OidcError('attempt', 'its ID token is of another attempt');
    // A token for several parties names the one that asked.
    const parties = Array.isArray(payload.aud) ? payload.aud.length : 1;
    const { azp } = payload as { azp?: unknown };
    if ((parties > 1 || azp !== undefined) && azp !== config.clientId) {
      throw new OidcError('attempt', 'its ID token is for another party');
    }
    return payload as JWTPayload & { sub: string };
  };

  /** Claims that a provider tells at its userinfo address only. */
  const completed = async (
    { metadata }: Known,
    claims: JWTPayload & { sub: string },
    accessToken: string | undefined,
  ): Promise<Record<string, unknown>> => {
    if (claims['email'] !== undefined || !metadata.userinfo_endpoint || accessToken === undefined) return claims;
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
    const more = (await fetchJson(metadata.userinfo_endpoint, { headers })) as Record<string, unknown>;
    if (more['sub'] !== claims.sub) throw new OidcError('attempt', 'its userinfo is of another person');
    return { ...more, ...claims };
  };

  return {
    async authorizationUrl({ state, nonce, verifier }, redirectUri) {
      const { metadata } = await current();
      const url = new URL(metadata.authorization_endpoint);
      const parameters = {
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: config.scopes,
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    async identify(code, attempt, redirectUri) {
      const provider = await current();
      const tokens = await redeem(provider.metadata, code, attempt, redirectUri);
      const claims = await verify(provider, tokens.id_token, attempt.nonce);
      const told = await completed(provider, claims, tokens.access_token);
      const { email, email_verified: verified, name } = told;
      if (typeof email !== 'string' || verified !== true) {
        throw new OidcError('email', 'it does not vouch for an e-mail address');
      }
      const groups = told[config.groupsClaim];
      return {
        issuer: config.issuer,
        subject: claims.sub,
        email,
        name: typeof name === 'string' ? name : '',
        groups: (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string'),
      };
    },
  };
}

/** JSON of an address of the provider's. Never follows it elsewhere, and says nothing of what was sent or answered. */
async function fetchJson(
  address: string,
  init: RequestInit = {},
  refused: 'provider' | 'attempt' = 'provider',
): Promise<unknown> {
  let text: string;
  let status: number;
  try {
    const response = await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new OidcError('provider', `${new URL(address).host} gave no answer (${(error as Error).name})`);
  }
  if (status >= 400 && status < 500) throw new OidcError(refused, `${new URL(address).host} answered ${status}`);
  try {
    if (status === 200 && text.length <= answerLimit) return JSON.parse(text);
  } catch {
    // Told below, like every other answer that is none.
  }
  throw new OidcError('provider', `${new URL(address).host} answered ${status} and no JSON`);
}
