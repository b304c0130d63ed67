import { experimentsView } from '../handlers/experiments.ts';
import { menuView } from '../handlers/menu.ts';
import { overviewView } from '../handlers/overview.ts';
import { showView } from '../handlers/show.ts';
import { type Command, defineCommand } from './command.ts';
import { findCommand } from './find.ts';
import { helpCommand } from './help.ts';
import { languageCommand } from './language.ts';
import { createStartCommand } from './start.ts';
import { unlinkCommand } from './unlink.ts';

/** Every command of the bot. A new one gets a line here and a text in `i18n/`. */
export function createCommands(): readonly Command[] {
  return [
    createStartCommand(),
    defineCommand('menu', (turn) => showView(turn, menuView, [])),
    defineCommand('overview', (turn) => showView(turn, overviewView, [])),
    defineCommand('experiments', (turn) => showView(turn, experimentsView, [])),
    findCommand,
    languageCommand,
    helpCommand,
    unlinkCommand,
  ];
}
