import { AppError } from '@cda/platform/errors.ts';
import { Command } from 'commander';
import { registerDoctor } from './commands/doctor.ts';
import { registerErase } from './commands/erase.ts';
import { registerExportLists } from './commands/export-lists.ts';
import { registerImport } from './commands/import.ts';
import { registerKeys } from './commands/keys.ts';
import { registerReplay } from './commands/replay.ts';
import { registerToken } from './commands/token.ts';
import { registerTrain } from './commands/train.ts';

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
const commands = [
  registerImport,
  registerReplay,
  registerTrain,
  registerToken,
  registerKeys,
  registerErase,
  registerExportLists,
  registerDoctor,
];
for (const register of commands) register(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  process.exitCode = 1;
}
