import type { Turn } from '../turn.ts';

/** A command of the bot. */
export interface Command {
  /** Its name without the slash. */
  name: string;
  /** `argument` is what follows the command, trimmed. */
  run(turn: Turn, argument: string): Promise<void>;
}

/** Declares a command; `commands.ts` lists them. */
export function defineCommand(name: string, run: Command['run']): Command {
  return { name, run };
}
