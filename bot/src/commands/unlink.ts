import { GraphFault } from '../graph/graph-fault.ts';
import { answerAsAccount, sentenceFor } from '../handlers/show.ts';
import { to } from '../keyboards/keyboard.ts';
import { html } from '../messages/html.ts';
import { present, say } from '../messages/present.ts';
import type { Turn } from '../turn.ts';
import { defineCommand } from './command.ts';

/** The question stays open this long; a press on an older one does nothing. */
const questionMinutes = 10;

const minutesOf = (now: Date): number => Math.floor(now.getTime() / 60_000);

/** `/unlink` asks back; the button carries when it was asked. */
export const unlinkCommand = defineCommand('unlink', async (turn) => {
  const { words, services } = turn;
  if (!(await mayUnlink(turn))) return say(turn, words.unlink.admins);
  await answerAsAccount(turn, [], async () => ({
    kind: 'text',
    text: html`${words.unlink.ask}`.html,
    buttons: [
      [
        { text: words.unlink.yes, to: to('u', minutesOf(services.now()).toString(36)) },
        { text: words.unlink.no, to: to('m') },
      ],
    ],
  }));
});

/** The pressed button of the question. */
export async function unlinkChat(turn: Turn, [askedAt = '']: readonly string[]): Promise<void> {
  const { words, services, chatId, locale } = turn;
  const age = minutesOf(services.now()) - Number.parseInt(askedAt, 36);
  if (!(age >= 0 && age <= questionMinutes)) return showText(turn, words.unlink.expired);
  if (!(await mayUnlink(turn))) return say(turn, words.unlink.admins);
  try {
    await services.accounts.unlink(chatId, locale);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    services.log.warn({ chatId, kind: error.kind, message: error.message }, 'a chat could not be disconnected');
    return showText(turn, sentenceFor(turn, error));
  }
  await showText(turn, words.unlink.done);
}

async function showText(turn: Turn, text: string): Promise<void> {
  await present(turn, { kind: 'text', text: html`${text}`.html, buttons: [] });
}

/** In a group only those who run it may take its connection away. */
async function mayUnlink({ ctx, group, chatId }: Turn): Promise<boolean> {
  if (!group) return true;
  // An administrator who posts in the name of the group shows as the group itself.
  if (ctx.msg?.sender_chat?.id === chatId && !ctx.callbackQuery) return true;
  if (!ctx.from) return false;
  const member = await ctx.api.getChatMember(chatId, ctx.from.id);
  return member.status === 'creator' || member.status === 'administrator';
}
