import { availableParallelism } from 'node:os';
import { AppError } from '@cda/platform/errors.ts';
import { Command, CommanderError, Option } from 'commander';
import { dataFolder } from './data-folder.ts';

/** How the bot runs: not at all, against Telegram, or against the simulator of it that comes along. */
export type BotMode = 'off' | 'telegram' | 'simulator';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

export interface StartOptions {
  /** 0 takes any free port. */
  port: number;
  host: string;
  dataDir: string;
  /** A PostgreSQL server of the operator's own; without it the one from npm runs in the data folder. */
  databaseUrl: string | undefined;
  fresh: boolean;
  /** Whether `fresh` may throw a real shop away. */
  loseRealData: boolean;
  demo: boolean;
  /** Size of the demo shop; 1 is 5,000 customers. */
  scale: number;
  seed: number;
  /** Whether to open the page in a browser when everything runs. */
  open: boolean;
  json: boolean;
  bot: BotMode;
  botToken: string | undefined;
  production: boolean;
  trainingThreads: number;
  /** Processes that serve page and graph. */
  workers: number;
  /** A Redis that several gateways share; nothing depends on it. */
  redisUrl: string | undefined;
  /** What the log tells: this and what is graver. */
  logLevel: LogLevel;
  /** Memory for answers that are kept for a few seconds, in MB; 0 keeps none. */
  responseCacheMb: number;
}

/** What the command line asks for instead of a start: its help or its version. */
export interface Answer {
  text: string;
}

const defaultPort = 4000;

/**
 * Reads the options of `npm start` from the command line, then from the environment, then from defaults.
 *
 * @throws AppError that names the option and what it takes
 */
export function readStartOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  task: 'npm start' | 'npm run services' = 'npm start',
): StartOptions | Answer {
  let text = '';
  const processes = task === 'npm start' ? 'the whole system in one process' : 'every part as its own process';
  const command = new Command(`${task} --`)
    .description(`Customer Data Analytics: ${processes}.`)
    .addOption(
      new Option('--port <number>', `port of the page and the graph, 0 for any free one (PORT, ${defaultPort})`),
    )
    .addOption(new Option('--host <address>', 'address to listen on (HOST, 127.0.0.1)'))
    .addOption(new Option('--data-dir <folder>', 'where everything is kept (DATA_DIR, .data)'))
    .addOption(new Option('--fresh', 'throw away what the data folder holds and begin anew'))
    .addOption(new Option('--lose-real-data', 'with --fresh: even where that is no demo shop'))
    .addOption(new Option('--no-demo', 'do not make the demo shop (DEMO=0)'))
    .addOption(new Option('--scale <factor>', 'size of the demo shop, 0.02 to 20; 1 is 5,000 customers (SCALE, 1)'))
    .addOption(new Option('--seed <number>', 'another demo shop for each number (SEED, 42)'))
    .addOption(new Option('--workers <number>', 'processes that serve page and graph, 1 to 64 (WORKERS, 1)'))
    .addOption(new Option('--no-open', 'do not open the page in a browser (OPEN=0)'))
    .addOption(new Option('--json', 'print one JSON object a line'))
    .addOption(new Option('--bot <mode>', 'off, telegram or simulator (BOT; telegram when TELEGRAM_BOT_TOKEN is set)'))
    .addHelpText('after', '\nDATABASE_URL names a PostgreSQL server (15 to 18) of your own.')
    .helpOption('--help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
      writeErr: () => undefined,
    });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text: text.trimEnd() };
    const message = error.message
      .replace(/^error: /, '')
      .replace(/\n/g, ' ')
      .replace(/\.$/, '');
    throw invalid(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, 'See npm start -- --help.');
  }
  const given = command.opts<Record<string, string | boolean | undefined>>();
  const botToken = env['TELEGRAM_BOT_TOKEN'] || undefined;
  return {
    port: number('--port', 'PORT', textOf(given['port'], env['PORT']), defaultPort, {
      least: 0,
      most: 65_535,
      whole: true,
    }),
    host: textOf(given['host'], env['HOST']) ?? '127.0.0.1',
    dataDir: dataFolder(textOf(given['dataDir'], undefined), env),
    databaseUrl: databaseUrl(env['DATABASE_URL']),
    fresh: given['fresh'] === true,
    loseRealData: given['loseRealData'] === true,
    demo: given['demo'] !== false && !isOff(env['DEMO']),
    scale: number('--scale', 'SCALE', textOf(given['scale'], env['SCALE']), 1, { least: 0.02, most: 20 }),
    seed: number('--seed', 'SEED', textOf(given['seed'], env['SEED']), 42, {
      least: 0,
      most: 2 ** 31 - 1,
      whole: true,
    }),
    open: given['open'] !== false && !isOff(env['OPEN']) && !env['CI'],
    json: given['json'] === true,
    bot: botMode(textOf(given['bot'], env['BOT']), botToken),
    botToken,
    production: env['NODE_ENV'] === 'production',
    trainingThreads: number('', 'TRAINING_THREADS', env['TRAINING_THREADS'], Math.max(1, availableParallelism() - 1), {
      least: 1,
      most: 64,
      whole: true,
    }),
    workers: number('--workers', 'WORKERS', textOf(given['workers'], env['WORKERS']), 1, {
      least: 1,
      most: 64,
      whole: true,
    }),
    redisUrl: redisUrl(env['REDIS_URL']),
    logLevel: logLevel(env['LOG_LEVEL'] || 'info'),
    responseCacheMb: number('', 'RESPONSE_CACHE_MB', env['RESPONSE_CACHE_MB'] || undefined, 64, {
      least: 0,
      most: 4_096,
    }),
  };
}

function textOf(option: string | boolean | undefined, variable: string | undefined): string | undefined {
  return typeof option === 'string' ? option : variable || undefined;
}

const isOff = (value: string | undefined): boolean => value !== undefined && /^(0|no|off|false)$/i.test(value.trim());

function number(
  option: string,
  variable: string,
  text: string | undefined,
  fallback: number,
  { least, most, whole = false }: { least: number; most: number; whole?: boolean },
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw invalid(
    `${[option, variable].filter(Boolean).join(' (or ')}${option ? ')' : ''} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}, and "${text}" is none.`,
    `Leave it out for ${fallback}, or see npm start -- --help.`,
  );
}

function botMode(text: string | undefined, token: string | undefined): BotMode {
  const mode = text ?? (token ? 'telegram' : 'off');
  if (mode !== 'off' && mode !== 'telegram' && mode !== 'simulator') {
    throw invalid(
      `--bot (or BOT) takes off, telegram or simulator, and "${mode}" is none.`,
      'See npm start -- --help.',
    );
  }
  if (mode === 'telegram' && !token) {
    throw invalid(
      '--bot=telegram needs TELEGRAM_BOT_TOKEN.',
      'Get a token from @BotFather in Telegram, or use --bot=simulator.',
    );
  }
  return mode;
}

function logLevel(text: string): LogLevel {
  const level = logLevels.find((name) => name === text);
  if (level) return level;
  throw invalid(`LOG_LEVEL takes ${logLevels.join(', ')}, and "${text}" is none.`, 'Leave it out for info.');
}

function databaseUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw invalid(
    'DATABASE_URL is no address of a PostgreSQL server.',
    'It looks like postgres://user:password@host:5432/database; leave it out to use the server that comes along.',
  );
}

function redisUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
  throw invalid(
    'REDIS_URL is no address of a Redis server.',
    'It looks like redis://host:6379; leave it out, and each process keeps for itself what it would share.',
  );
}

const invalid = (message: string, remedy: string): AppError => new AppError('CONFIG_INVALID', message, remedy);
