import { AppError } from '@cda/platform/errors.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import { z } from 'zod';

/** A part of the system that runs as its own process. */
export type PartName = SubgraphName | 'gateway' | 'worker' | 'bot';

export const partNames: readonly PartName[] = [...subgraphNames, 'gateway', 'worker', 'bot'];

const port = z.coerce.number().int().min(0).max(65_535);
const address = z.url({ protocol: /^https?$/, error: 'is no http address' });
/** Where limits, kept answers and persisted operations are shared; nothing depends on it. */
const redis = z.url({ protocol: /^rediss?$/, error: 'is no address of a Redis server' }).optional();
/** Memory for answers that may be kept for a few seconds; 0 keeps none. */
const responseCacheMb = z.coerce.number().min(0).max(4_096).default(64);
const database = z.url({ protocol: /^postgres(ql)?$/, error: 'is no address of a PostgreSQL server' });

/** Where each part listens unless PORT says otherwise. */
export const standardPorts: Readonly<Record<PartName, number>> = {
  gateway: 4000,
  users: 4001,
  products: 4002,
  recommendations: 4003,
  analytics: 4004,
  worker: 4005,
  bot: 4006,
};

const common = {
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Folder of `secrets.json`, where the secrets do not come by environment. */
  DATA_DIR: z.string().min(1).optional(),
  /** Folder for rotated log files; without one lines go to standard output. */
  LOG_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  NODE_ENV: z.string().optional(),
  /** Time between "not ready" and closing, for balancers to notice. */
  DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(1_500),
};

const withDatabase = z.object({ ...common, DATABASE_URL: database });

const shapes = {
  subgraph: withDatabase,
  worker: withDatabase.extend({ TRAINING_THREADS: z.coerce.number().int().min(1).max(64).optional() }),
  gateway: z.object({
    ...common,
    USERS_URL: address,
    PRODUCTS_URL: address,
    RECOMMENDATIONS_URL: address,
    ANALYTICS_URL: address,
    /** Health of the bot's part, where there is one. */
    BOT_URL: address.optional(),
    WEB_ROOT: z.string().min(1).optional(),
    /** Shared by several gateways. */
    REDIS_URL: redis,
    /** Processes that serve. */
    WORKERS: z.coerce.number().int().min(1).max(64).default(1),
    RESPONSE_CACHE_MB: responseCacheMb,
  }),
  bot: z.object({
    ...common,
    GRAPH_URL: address,
    PUBLIC_URL: address,
    TELEGRAM_BOT_TOKEN: z.string().min(1),
    TELEGRAM_API_ROOT: address.optional(),
    /** The bot's own key for the graph; given alone, the bot's process holds no other secret. */
    BOT_KEY: z.string().startsWith('cda_bot_').optional(),
  }),
};

type Shapes = typeof shapes;

/** Settings of one kind of part, read from the environment. Throws AppError with one line a wrong setting. */
export function readPartConfig<Kind extends keyof Shapes>(
  kind: Kind,
  name: PartName,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<Shapes[Kind]> & { PORT: number } {
  // A variable that a compose file sets to nothing counts as not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const shape = shapes[kind].extend({ PORT: port.default(standardPorts[name]) });
  const result = shape.safeParse(given);
  if (result.success) return result.data as unknown as z.infer<Shapes[Kind]> & { PORT: number };
  const faults = result.error.issues.map(({ path, message }) => {
    const setting = String(path[0]);
    return given[setting] === undefined ? `${setting} is not set` : `${setting}: ${message}`;
  });
  throw new AppError(
    'CONFIG_INVALID',
    `The part "${name}" can't start: ${faults.join('; ')}.`,
    'Set what is named in its environment.',
  );
}
