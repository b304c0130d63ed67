import { GraphFault } from '../graph/graph-fault.ts';
import { menuView } from '../handlers/menu.ts';
import { sayHowToLink, sentenceFor, showView } from '../handlers/show.ts';
import { Lru } from '../lru.ts';
import { html, oneLine } from '../messages/html.ts';
import { say } from '../messages/present.ts';
import type { Turn } from '../turn.ts';
import { type Command, defineCommand } from './command.ts';

const triesPerWindow = 5;
const windowMs = 10 * 60_000;

/**
 * `/start CODE`, by hand or by a link of the dashboard, connects the chat to the account that made the code; `/start` alone
 * opens the menu. Codes are tried a few times in ten minutes and chat, so that they can't be guessed here.
 */
export function createStartCommand(): Command {
  const tries = new Lru<number, { count: number; until: number }>(10_000);
  const mayTry = (chatId: number, now: number): boolean => {
    const held = tries.get(chatId);
    const entry = held && held.until > now ? held : { count: 0, until: now + windowMs };
    tries.set(chatId, { ...entry, count: entry.count + 1 });
    return entry.count < triesPerWindow;
  };
  return defineCommand('start', async (turn, code) => {
    if (code === '') return showView(turn, menuView, []);
    if (!mayTry(turn.chatId, turn.services.now().getTime())) return say(turn, turn.words.link.tooMany);
    await link(turn, code);
  });
}

async function link(turn: Turn, code: string): Promise<void> {
  const { words, services, chatId, locale, group } = turn;
  // No code has other characters or this length; what has is not worth a request.
  if (!/^[\w-]{4,64}$/.test(code)) return refuse(turn);
  try {
    const account = await services.accounts.link(chatId, code, locale);
    if (!account) return await refuse(turn);
    await say(
      turn,
      html`✅ ${words.link.done(oneLine(account.name), account.role)}`,
      ...(group ? [words.link.groupNote] : []),
    );
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    services.log.warn({ chatId, kind: error.kind, message: error.message }, 'a chat could not be connected');
    return say(turn, html`⚠️ ${sentenceFor(turn, error)}`);
  }
  await showView(turn, menuView, []);
}

async function refuse(turn: Turn): Promise<void> {
  await sayHowToLink(turn, turn.words.link.refused, '');
}
