import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** What an ID token is made of, for a test to spoil. */
export interface TokenParts {
  header: { alg: string; kid: string };
  claims: JWTPayload;
  key: CryptoKey | Uint8Array;
  /** Sent as it is instead of a signed token. */
  instead?: string;
}

/** An identity provider that follows the specification to the letter, and lies only where a test tells it to. */
export interface OidcIssuer extends AsyncDisposable {
  issuer: string;
  client: { id: string; secret: string; redirectUris: string[] };
  /** Who signs in next. */
  person: Record<string, unknown> & { sub: string };
  /** Spoils the next ID tokens. */
  spoil: (parts: TokenParts) => unknown;
  /** Changes of the discovery document. */
  metadata: Record<string, unknown>;
  /** Claims that stand at the userinfo address only. */
  userinfoOnly: string[];
  /** Bodies of requests to the token address. */
  redeemed: URLSearchParams[];
  /** Everything that came, a line each. */
  requests: string[];
  /** Another key signs from now on; `keepsOld` leaves the one before in the key set. */
  rotate(keepsOld: boolean): Promise<void>;
}

interface Granted {
  challenge: string;
  nonce: string;
  redirectUri: string;
  person: OidcIssuer['person'];
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const codes = new Map<string, Granted>();
  const accessTokens = new Map<string, OidcIssuer['person']>();
  let keys: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey }[] = [];
  const makeKey = async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    return { kid: randomBytes(8).toString('hex'), privateKey, publicKey };
  };
  keys = [await makeKey()];

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer.issuer);
    let text = '';
    for await (const chunk of request) text += chunk;
    issuer.requests.push(`${request.method} ${url.pathname}`);
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer: issuer.issuer,
          authorization_endpoint: `${issuer.issuer}/authorize`,
          token_endpoint: `${issuer.issuer}/token`,
          jwks_uri: `${issuer.issuer}/keys`,
          userinfo_endpoint: `${issuer.issuer}/userinfo`,
          token_endpoint_auth_methods_supported: ['client_secret_basic'],
          ...issuer.metadata,
        });
      case '/keys': {
        const jwks = keys.map(async ({ kid, publicKey }) => ({
          ...(await exportJWK(publicKey)),
          kid,
          alg: 'RS256',
          use: 'sig',
        }));
        return json(200, { keys: await Promise.all(jwks) });
      }
      case '/authorize': {
        const asked = Object.fromEntries(url.searchParams);
        const right =
          asked['response_type'] === 'code' &&
          asked['client_id'] === issuer.client.id &&
          issuer.client.redirectUris.includes(asked['redirect_uri'] ?? '') &&
          asked['scope']?.split(' ').includes('openid') &&
          asked['code_challenge_method'] === 'S256' &&
          /^[\w-]{43}$/.test(asked['code_challenge'] ?? '') &&
          (asked['state']?.length ?? 0) >= 32 &&
          (asked['nonce']?.length ?? 0) >= 32;
        if (!right) return json(400, { error: 'invalid_request', asked });
        const code = randomBytes(16).toString('hex');
        const { code_challenge: challenge = '', nonce = '', redirect_uri: redirectUri = '', state = '' } = asked;
        codes.set(code, { challenge, nonce, redirectUri, person: { ...issuer.person } });
        const back = new URL(redirectUri);
        back.searchParams.set('code', code);
        back.searchParams.set('state', state);
        back.searchParams.set('iss', issuer.issuer);
        return response.writeHead(302, { location: back.href }).end();
      }
      case '/token': {
        const given = new URLSearchParams(text);
        issuer.redeemed.push(given);
        const basic = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
        const [id, secret] = basic.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'));
        if (id !== issuer.client.id || secret !== issuer.client.secret) return json(401, { error: 'invalid_client' });
        const granted = codes.get(given.get('code') ?? '');
        codes.delete(given.get('code') ?? '');
        const right =
          granted &&
          given.get('grant_type') === 'authorization_code' &&
          given.get('redirect_uri') === granted.redirectUri &&
          createHash('sha256')
            .update(given.get('code_verifier') ?? '')
            .digest('base64url') === granted.challenge;
        if (!right) return json(400, { error: 'invalid_grant' });
        const key = keys.at(-1) as (typeof keys)[number];
        const now = Math.floor(Date.now() / 1000);
        const shown = Object.entries(granted.person).filter(([name]) => !issuer.userinfoOnly.includes(name));
        const parts: TokenParts = {
          header: { alg: 'RS256', kid: key.kid },
          claims: {
            iss: issuer.issuer,
            aud: issuer.client.id,
            iat: now,
            exp: now + 300,
            nonce: granted.nonce,
            ...Object.fromEntries(shown),
          },
          key: key.privateKey,
        };
        await issuer.spoil(parts);
        const accessToken = randomBytes(16).toString('hex');
        accessTokens.set(accessToken, granted.person);
        const idToken =
          parts.instead ?? (await new SignJWT(parts.claims).setProtectedHeader(parts.header).sign(parts.key));
        return json(200, { token_type: 'Bearer', access_token: accessToken, id_token: idToken });
      }
      case '/userinfo': {
        const person = accessTokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
        return person ? json(200, person) : json(401, {});
      }
      default:
        return json(404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: OidcIssuer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client: { id: 'analytics', secret: 'a secret: with odd & letters', redirectUris: [] },
    person: { sub: 'nobody' },
    spoil: () => {},
    metadata: {},
    userinfoOnly: [],
    redeemed: [],
    requests: [],
    rotate: async (keepsOld) => {
      keys = [...(keepsOld ? keys : []), await makeKey()];
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
