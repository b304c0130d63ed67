import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  importPKCS8,
  importSPKI,
  type JWK,
} from 'jose';
import { AppError } from '../errors.ts';
import { createKey, kindOfKey } from './keys.ts';

/** Keys of access tokens: one to sign with, where this process may sign, and all that are still good for checking. */
export interface AccessKeys {
  signing: { kid: string; key: CryptoKey } | undefined;
  /** By key id. A retired key stays here until the last token that it signed has ended. */
  verifying: ReadonlyMap<string, CryptoKey>;
  /** The public halves, as `/.well-known/jwks.json` shows them. */
  jwks: { keys: JWK[] };
}

/** What the parts of one installation share and nobody else knows. */
export interface Secrets {
  /** Signs the identity that the gateway hands to the subgraphs. */
  internalSecret: string;
  /** Proves that the bot is the bot. */
  botKey: string;
  access: AccessKeys;
}

interface SecretsFile {
  internalSecret: string;
  botKey: string;
  /** Ed25519 private keys; the first signs, the others only check. */
  accessKeys: JWK[];
}

export interface SecretsOptions {
  /** Folder of `secrets.json`; without one everything has to come by environment. */
  dataDir?: string;
  /** Wins over the file: INTERNAL_SECRET, BOT_KEY, JWT_PRIVATE_KEY, JWT_PUBLIC_KEYS. */
  env?: Readonly<Record<string, string | undefined>>;
  /** In production nothing is made up on the spot, and demo values are refused. */
  production?: boolean;
}

const fileName = 'secrets.json';

const makeSecret = 'Make one with: openssl rand -base64 32, and give the same to every part.';
const makeKey = 'Make a key with: openssl genpkey -algorithm ed25519';

const refused = (message: string, remedy: string): AppError => new AppError('CONFIG_INVALID', message, remedy);

async function createFile(dataDir: string): Promise<SecretsFile> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const made: SecretsFile = {
    internalSecret: randomBytes(32).toString('base64url'),
    botKey: createKey('BOT'),
    accessKeys: [await exportJWK(privateKey)],
  };
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, fileName);
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
  return made;
}

function readFile(path: string): SecretsFile {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as SecretsFile;
    if (typeof file.internalSecret === 'string' && typeof file.botKey === 'string' && Array.isArray(file.accessKeys)) {
      return file;
    }
  } catch {
    // One sentence for a file that cannot be read, is not JSON, or holds something else.
  }
  throw refused(
    `${path} is not a readable secrets file.`,
    'Put a copy back, or delete it: everyone then signs in anew.',
  );
}

function checked(name: string, value: string, production: boolean): string {
  if (value.length < 32) throw refused(`${name} is shorter than 32 characters.`, makeSecret);
  if (production && /^(cda_bot_)?demo/i.test(value)) {
    throw refused(`${name} is a demo value, which production does not take.`, makeSecret);
  }
  return value;
}

interface KeyPair {
  kid: string;
  publicJwk: JWK;
  verify: CryptoKey;
  sign?: CryptoKey;
}

async function fromJwk(jwk: JWK): Promise<KeyPair> {
  const publicJwk: JWK = { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
  const kid = jwk.kid ?? (await calculateJwkThumbprint(publicJwk));
  const verify = (await importJWK(publicJwk, 'EdDSA')) as CryptoKey;
  const sign = jwk.d ? ((await importJWK({ ...publicJwk, d: jwk.d }, 'EdDSA')) as CryptoKey) : undefined;
  return { kid, publicJwk: { ...publicJwk, kid, alg: 'EdDSA', use: 'sig' }, verify, ...(sign ? { sign } : {}) };
}

/** Keys as a JWK, a JWK set, or PEM blocks one after the other. */
async function fromText(name: string, text: string): Promise<KeyPair[]> {
  try {
    if (text.trimStart().startsWith('{')) {
      const parsed = JSON.parse(text) as JWK | { keys: JWK[] };
      return await Promise.all(
        ('keys' in parsed && Array.isArray(parsed.keys) ? parsed.keys : [parsed as JWK]).map(fromJwk),
      );
    }
    const blocks = text.replaceAll('\\n', '\n').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
    if (blocks.length === 0) throw new Error('neither JSON nor PEM');
    return await Promise.all(
      blocks.map(async (pem) =>
        fromJwk(
          await exportJWK(
            pem.includes('PRIVATE')
              ? await importPKCS8(pem, 'EdDSA', { extractable: true })
              : await importSPKI(pem, 'EdDSA', { extractable: true }),
          ),
        ),
      ),
    );
  } catch {
    throw refused(`${name} is no Ed25519 key (PKCS #8 or SPKI PEM, a JWK or a JWK set).`, makeKey);
  }
}

/**
 * The secrets of this installation: from the environment where it names them, else from `secrets.json` in the data folder,
 * which is made (mode 0600) when missing. In production a missing secret is an error instead.
 * Throws AppError with the remedy.
 */
export async function loadSecrets({
  dataDir,
  env = process.env,
  production = false,
}: SecretsOptions): Promise<Secrets> {
  const path = dataDir === undefined ? undefined : join(dataDir, fileName);
  const fromEnvironment = (name: string) => env[name] || undefined;
  const complete =
    fromEnvironment('INTERNAL_SECRET') && (fromEnvironment('JWT_PRIVATE_KEY') || fromEnvironment('JWT_PUBLIC_KEYS'));
  let file: SecretsFile | undefined;
  if (path !== undefined && existsSync(path)) file = readFile(path);
  else if (dataDir !== undefined && !production && !complete) file = await createFile(dataDir);

  const internalSecret = fromEnvironment('INTERNAL_SECRET') ?? file?.internalSecret;
  if (internalSecret === undefined) {
    throw refused('INTERNAL_SECRET is not set.', makeSecret);
  }
  // Without a bot key of its own an installation gets a random one that nobody knows: the bot cannot ask, all else works.
  const botKey = fromEnvironment('BOT_KEY') ?? file?.botKey ?? createKey('BOT');
  if (kindOfKey(botKey) !== 'BOT') {
    throw refused('BOT_KEY is not "cda_bot_" and 43 characters of base64url.', 'Use 32 random bytes for them.');
  }

  const privateText = fromEnvironment('JWT_PRIVATE_KEY');
  const publicText = fromEnvironment('JWT_PUBLIC_KEYS');
  const pairs = [
    ...(privateText ? await fromText('JWT_PRIVATE_KEY', privateText) : []),
    ...(publicText ? await fromText('JWT_PUBLIC_KEYS', publicText) : []),
    ...(privateText || publicText ? [] : await Promise.all((file?.accessKeys ?? []).map(fromJwk))),
  ];
  if (pairs.length === 0) {
    throw refused(
      'JWT_PRIVATE_KEY (where people sign in) or JWT_PUBLIC_KEYS (where tokens are checked) is not set.',
      makeKey,
    );
  }
  const signing = pairs.find((pair) => pair.sign !== undefined);
  const unique = new Map(pairs.map((pair) => [pair.kid, pair]));
  return {
    internalSecret: checked('INTERNAL_SECRET', internalSecret, production),
    botKey: checked('BOT_KEY', botKey, production),
    access: {
      signing: signing?.sign ? { kid: signing.kid, key: signing.sign } : undefined,
      verifying: new Map([...unique].map(([kid, pair]) => [kid, pair.verify])),
      jwks: { keys: [...unique.values()].map((pair) => pair.publicJwk) },
    },
  };
}
