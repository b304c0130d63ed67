import { GrammyError, InputFile } from 'grammy';
import type { Screen } from '../handlers/view.ts';
import { toKeyboard } from '../keyboards/keyboard.ts';
import type { Turn } from '../turn.ts';
import { type Html, html } from './html.ts';

const asHtml = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;

/** Shows a screen: in the message whose button was pressed, where it can be edited to that, else in a new one. */
export async function present(turn: Turn, screen: Screen): Promise<void> {
  const { ctx, chatId, services } = turn;
  const pressed = ctx.callbackQuery?.message;
  const reply_markup = toKeyboard(
    screen.buttons.filter((row) => row.length > 0),
    (route) => services.callbacks.write(chatId, route),
  );
  // A message that Telegram does not show to the bot any more comes with the date 0.
  const editable = pressed !== undefined && pressed.date !== 0;
  const holdsPicture = editable && 'photo' in pressed;
  if (screen.kind === 'picture') {
    const picture = new InputFile(screen.png, 'revenue.png');
    const send = () => ctx.replyWithPhoto(picture, { caption: screen.caption, parse_mode: 'HTML', reply_markup });
    if (!holdsPicture) return void (await send());
    const media = { type: 'photo', media: picture, caption: screen.caption, parse_mode: 'HTML' } as const;
    return editOrSend(() => ctx.editMessageMedia(media, { reply_markup }), send);
  }
  const send = () => ctx.reply(screen.text, { ...asHtml, reply_markup });
  if (!editable) return void (await send());
  if (holdsPicture) {
    // A picture can't become a text, and an old picture under a new text would lie.
    await send();
    return void (await ctx.deleteMessage().catch(swallow(cannotDelete)));
  }
  return editOrSend(() => ctx.editMessageText(screen.text, { ...asHtml, reply_markup }), send);
}

/** A plain answer without buttons. */
export async function say({ ctx }: Turn, ...lines: (Html | string)[]): Promise<void> {
  const text = lines.map((line) => (typeof line === 'string' ? html`${line}`.html : line.html)).join('\n');
  await ctx.reply(text, asHtml);
}

const unchanged = /message is not modified/;
const cannotEdit = /message to edit not found|message can't be edited|there is no text in the message to edit/;

/** Telegram's answers to deleting a message that is gone or too old to delete. */
const cannotDelete = /message to delete not found|message can't be deleted/;

async function editOrSend(edit: () => Promise<unknown>, send: () => Promise<unknown>): Promise<void> {
  try {
    await edit();
  } catch (error) {
    if (isRefusal(error, unchanged)) return;
    if (!isRefusal(error, cannotEdit)) throw error;
    await send();
  }
}

/** Takes the message away whose button was pressed. */
export async function closeMessage({ ctx }: Turn): Promise<void> {
  await ctx.deleteMessage().catch(swallow(cannotDelete));
}

/** Whether Telegram refused with words of this kind. */
function isRefusal(error: unknown, words: RegExp): boolean {
  return error instanceof GrammyError && error.error_code === 400 && words.test(error.description);
}

/** A handler that lets one kind of refusal pass and throws everything else. */
export function swallow(words: RegExp): (error: unknown) => void {
  return (error) => {
    if (!isRefusal(error, words)) throw error;
  };
}
