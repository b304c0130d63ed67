import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { ChatAccount } from '../graph/accounts.ts';
import type { Answer } from '../graph/graph.ts';
import type { Format } from '../i18n/format.ts';
import type { BotLocale } from '../i18n/locale.ts';
import type { Words } from '../i18n/words.ts';
import type { Buttons } from '../keyboards/keyboard.ts';

/** Who asks for a view, in which language, and the graph to ask on their behalf. */
export interface ViewRequest {
  args: readonly string[];
  locale: BotLocale;
  words: Words;
  format: Format;
  account: ChatAccount;
  /** Whether more than one person reads the answer: no personal detail that is not needed. */
  group: boolean;
  /** Address of the dashboard. */
  publicUrl: string;
  now: Date;
  /** Asks the graph as the chat's account. */
  ask<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>>;
}

/** What a view shows: a text, or a picture with its caption; both are HTML within Telegram's limits. */
export type Screen =
  | { kind: 'text'; text: string; buttons: Buttons }
  | { kind: 'picture'; png: Uint8Array; caption: string; buttons: Buttons };

/** A place of the menu. `name` is what buttons carry, so it is short. */
export interface View {
  name: string;
  show(request: ViewRequest): Promise<Screen>;
}

/** Declares a view; `handlers/index.ts` lists them. */
export function defineView(name: string, show: View['show']): View {
  return { name, show };
}
