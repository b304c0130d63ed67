import { menuView } from '../handlers/menu.ts';
import { showView } from '../handlers/show.ts';
import { locales } from '../i18n/locale.ts';
import { wordsFor } from '../i18n/words.ts';
import { to } from '../keyboards/keyboard.ts';
import { html } from '../messages/html.ts';
import { present } from '../messages/present.ts';
import type { Turn } from '../turn.ts';
import { defineCommand } from './command.ts';

/** `/language` offers the languages. */
export const languageCommand = defineCommand('language', (turn) =>
  present(turn, {
    kind: 'text',
    text: html`${turn.words.languageQuestion}`.html,
    buttons: [locales.map((locale) => ({ text: wordsFor(locale).language, to: to('l', locale) }))],
  }),
);

/** The pressed button of a language: from now on the chat, its buttons and its command list speak it. */
export async function chooseLanguage(turn: Turn, [wanted]: readonly string[]): Promise<void> {
  const locale = locales.find((each) => each === wanted);
  if (!locale) return;
  const { services, chatId } = turn;
  await services.languages.choose(chatId, locale);
  const changed = { ...turn, locale, words: wordsFor(locale) };
  if (await services.accounts.of(chatId, locale).catch(() => undefined)) return showView(changed, menuView, []);
  await present(changed, { kind: 'text', text: html`${changed.words.languageSet}`.html, buttons: [] });
}
