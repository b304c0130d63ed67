import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { scrubDeep } from './scrub.ts';
import { currentTraceId } from './tracing.ts';

/** The structured log: the pino interface that this platform uses. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'flush'> & { child(fields: object): Log };

export interface LogOptions {
  /** Name of the process, a field of each line. */
  service: string;
  level?: string;
  /** Folder for rotated files: by day and at 20 MB, 14 files kept. Without it lines go to standard output. */
  folder?: string;
  /** Size at which a file is full, `20m` unless said otherwise. */
  fileSize?: string;
}

// Whatever could let somebody in, or tells who somebody is.
const secrets = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'code',
  'email',
  'phone',
  'name',
  'apiKey',
].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * Opens the log. Tokens, passwords and personal fields are blanked wherever they stand in a line's fields, and what looks like a
 * token or an e-mail address in any text of it. Lines that are written while a trace is recorded carry its id.
 */
export function createLog(options: LogOptions): Log {
  const settings: pino.LoggerOptions = {
    level: options.level ?? 'info',
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const traceId = currentTraceId();
      return traceId === undefined ? {} : { traceId };
    },
    hooks: {
      logMethod(given, method) {
        method.apply(this, given.map((part) => scrubDeep(part)) as typeof given);
      },
    },
    redact: { paths: [...secrets, 'headers["x-cda-identity"]'], censor: '[redacted]' },
  };
  if (options.folder === undefined) return pino(settings);
  mkdirSync(options.folder, { recursive: true });
  const transport = pino.transport({
    target: 'pino-roll',
    options: {
      file: join(options.folder, options.service),
      extension: '.log',
      frequency: 'daily',
      size: options.fileSize ?? '20m',
      dateFormat: 'yyyy-MM-dd',
      limit: { count: 14 },
      mkdir: true,
    },
  });
  return pino(settings, transport);
}

/** A log that says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
