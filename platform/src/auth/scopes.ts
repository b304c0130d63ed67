/** Everything that a caller can be allowed to do. The SDL names these in `@requiresScopes`. */
export const scopes = [
  'analytics:read',
  'customers:read',
  'personal:read',
  'costs:read',
  'events:write',
  'catalogue:write',
  'models:train',
  'merchandising:write',
  'experiments:write',
  'accounts:manage',
  'operations:any',
  'internal:session',
  'internal:bot',
] as const;

export type Scope = (typeof scopes)[number];

export const roles = ['VIEWER', 'ANALYST', 'MARKETER', 'ADMIN'] as const;

/** A role of an account: a named set of scopes. */
export type Role = (typeof roles)[number];

const reading: readonly Scope[] = ['analytics:read', 'customers:read'];

const scopesByRole: Readonly<Record<Role, readonly Scope[]>> = {
  VIEWER: reading,
  ANALYST: [...reading, 'personal:read', 'costs:read', 'models:train', 'experiments:write', 'operations:any'],
  MARKETER: [...reading, 'personal:read', 'costs:read', 'merchandising:write', 'experiments:write'],
  ADMIN: [
    ...reading,
    'personal:read',
    'costs:read',
    'events:write',
    'catalogue:write',
    'models:train',
    'merchandising:write',
    'experiments:write',
    'accounts:manage',
    'operations:any',
  ],
};

/** What a role allows. The internal scopes are in no role: they belong to the gateway and the bot alone. */
export const scopesOfRole = (role: Role): readonly Scope[] => scopesByRole[role];

/** A write key may stand in a public page, so it can send what visitors do and read nothing; the catalogue is the shop's own word. */
export const writeKeyScopes: readonly Scope[] = ['events:write'];

/** What an API key gets where none are named: reading, without personal fields. */
export const defaultApiKeyScopes: readonly Scope[] = reading;

/** What an API key may be given. Managing accounts needs a person who signed in. */
export const apiKeyScopes: readonly Scope[] = [
  ...reading,
  'personal:read',
  'costs:read',
  'events:write',
  'catalogue:write',
  'models:train',
  'merchandising:write',
  'experiments:write',
  'operations:any',
];

/** The bot's own calls: linking chats and acting for the accounts behind them. It reads the graph as those accounts only. */
export const botServiceScopes: readonly Scope[] = ['internal:bot'];

/** The gateway's own calls: signing in and looking up API keys. */
export const gatewayServiceScopes: readonly Scope[] = ['internal:session'];

export const isScope = (text: string): text is Scope => (scopes as readonly string[]).includes(text);

export const isRole = (text: unknown): text is Role => (roles as readonly unknown[]).includes(text);
