import type { ChatAccount } from '../graph/accounts.ts';
import { GraphFault } from '../graph/graph-fault.ts';
import { formatFor } from '../i18n/format.ts';
import type { Route } from '../keyboards/callback-data.ts';
import { to } from '../keyboards/keyboard.ts';
import { html, ownMarkup } from '../messages/html.ts';
import { present, say } from '../messages/present.ts';
import type { Turn } from '../turn.ts';
import type { Screen, View, ViewRequest } from './view.ts';

/** Shows a view for the chat's account, or says how the chat is connected to one. */
export async function showView(turn: Turn, view: View, args: readonly string[]): Promise<void> {
  await answerAsAccount(turn, args, (request) => view.show(request), { view: view.name, args });
}

/**
 * Answers with what `make` asks of the graph as the chat's account. A chat without one is told how to get one; a graph that
 * does not answer becomes a plain sentence, with a button to try again where a view can be.
 */
export async function answerAsAccount(
  turn: Turn,
  args: readonly string[],
  make: (request: ViewRequest) => Promise<Screen>,
  again?: Route,
): Promise<void> {
  const { chatId, locale, services, words } = turn;
  const { accounts } = services;
  let screen: Screen;
  try {
    let account = await accounts.of(chatId, locale);
    if (!account) return await sayHowToLink(turn);
    try {
      screen = await make(requestOf(turn, args, account));
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'UNAUTHENTICATED') throw error;
      // The token ended early (keys were changed, the account was closed): one try with a fresh one.
      accounts.forget(chatId);
      account = await accounts.of(chatId, locale);
      if (!account) return await sayHowToLink(turn);
      screen = await make(requestOf(turn, args, account));
    }
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.kind === 'UNAUTHENTICATED') accounts.forget(chatId);
    services.log.warn({ chatId, kind: error.kind, message: error.message }, 'the graph gave the bot no answer');
    const retry = again ? [{ text: words.menu.refresh, to: again }] : [];
    screen = {
      kind: 'text',
      text: html`⚠️ ${sentenceFor(turn, error)}`.html,
      buttons: [[...retry, { text: words.menu.home, to: to('m') }]],
    };
  }
  await present(turn, screen);
}

/** How a chat gets connected, with the command ready to copy; `first` is said before it. */
export async function sayHowToLink(turn: Turn, ...first: string[]): Promise<void> {
  const { link } = turn.words;
  await say(
    turn,
    ...first,
    html`<b>${link.needed}</b>`,
    ownMarkup(link.how(html`${turn.services.publicUrl}`.html)),
    html`<code>${link.example}</code>`,
    html`<i>${link.lifetime}</i>`,
  );
}

/** A fault of the graph, in words for the person who asked. */
export function sentenceFor({ words: { faults } }: Turn, { kind }: GraphFault): string {
  switch (kind) {
    case 'UNREACHABLE':
      return faults.unreachable;
    case 'BUSY':
      return faults.busy;
    case 'FORBIDDEN':
      return faults.forbidden;
    case 'UNAUTHENTICATED':
      return faults.signedOut;
    case 'UNEXPECTED':
      return faults.unexpected;
  }
}

function requestOf(
  { locale, words, group, services }: Turn,
  args: readonly string[],
  account: ChatAccount,
): ViewRequest {
  return {
    args,
    locale,
    words,
    format: formatFor(locale),
    account,
    group,
    publicUrl: services.publicUrl,
    now: services.now(),
    ask: (document, variables) => services.graph.ask(document, variables, { token: account.token, locale }),
  };
}
