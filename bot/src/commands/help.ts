import { sayHowToLink } from '../handlers/show.ts';
import { html } from '../messages/html.ts';
import { say } from '../messages/present.ts';
import { defineCommand } from './command.ts';

/** `/help`: what the bot can do, and how to connect a chat that is not connected. It answers without the graph too. */
export const helpCommand = defineCommand('help', async (turn) => {
  const { words, services, chatId, locale } = turn;
  const { help } = words;
  await say(turn, html`<b>${help.title}</b>`, '', ...help.lines, '', html`<i>${help.age}</i>`);
  const linked = await services.accounts.of(chatId, locale).then(
    (account) => account !== undefined,
    () => true,
  );
  if (!linked) await sayHowToLink(turn);
});
