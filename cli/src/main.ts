import { AppError } from '@cda/platform/errors.ts';
import { Command } from 'commander';

const program = new Command('npm run')
  .description('Commands of an operator')
  .showHelpAfterError()
  // Without the two dashes npm would take the options for its own.
  .configureHelp({
    commandUsage: (command) => {
      const names: string[] = [];
      for (let named: Command | null = command; named?.parent; named = named.parent) names.unshift(named.name());
      const [task = 'COMMAND', ...rest] = names;
      return ['npm run', task, '--', ...rest, command.usage()].join(' ');
    },
  });
/** Each command is loaded where it is asked for: a token needs no models. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  import: async () => (await import('./commands/import.ts')).registerImport,
  replay: async () => (await import('./commands/replay.ts')).registerReplay,
  train: async () => (await import('./commands/train.ts')).registerTrain,
  token: async () => (await import('./commands/token.ts')).registerToken,
  keys: async () => (await import('./commands/keys.ts')).registerKeys,
  erase: async () => (await import('./commands/erase.ts')).registerErase,
  'export-lists': async () => (await import('./commands/export-lists.ts')).registerExportLists,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
};
const asked = commands[process.argv[2] ?? ''];
for (const load of asked ? [asked] : Object.values(commands)) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof AppError ? error : databaseAway(error);
  if (!known) throw error;
  process.stderr.write(`${known.message}\n${known.remedy}\n`);
  process.exitCode = 1;
}

/** The database went away in the middle of the work, with its system for example. */
function databaseAway(error: unknown): AppError | undefined {
  const { code, message } = error as { code?: string; message?: string };
  const away =
    /^(ECONN(REFUSED|RESET)|EPIPE|57P0[123])$/.test(code ?? '') || message?.startsWith('Connection terminated');
  if (!away) return undefined;
  return new AppError(
    'DATABASE_UNAVAILABLE',
    `The database does not answer any more: ${message}.`,
    'See whether the system runs (npm run doctor), then run the same command again: what was stored already is kept.',
    { cause: error },
  );
}
