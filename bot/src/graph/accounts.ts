import type { Role } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import type { BotLocale } from '../i18n/locale.ts';
import { Lru } from '../lru.ts';
import type { Graph } from './graph.ts';

/** The account that a chat acts for, with a token that works for a few minutes. */
export interface ChatAccount {
  name: string;
  role: Role;
  scopes: readonly string[];
  token: string;
  expiresAt: number;
}

/** Which account each chat is linked to. The graph keeps the links; here only short-lived tokens are held, in memory. */
export interface Accounts {
  /** The chat's account; undefined where the chat is not linked. */
  of(chatId: number, locale: BotLocale): Promise<ChatAccount | undefined>;
  /** Links the chat by a one-time code; undefined where the code does not work. */
  link(chatId: number, code: string, locale: BotLocale): Promise<{ name: string; role: Role } | undefined>;
  /** Takes the chat's link away. */
  unlink(chatId: number, locale: BotLocale): Promise<void>;
  /** Forgets the token held for a chat, because the graph did not accept it. */
  forget(chatId: number): void;
}

const telegramChatToken = graphql(`
  mutation BotTelegramChatToken($chatId: String!) {
    telegramChatToken(chatId: $chatId) {
      token
      expiresAt
      account {
        name
        role
        scopes
      }
    }
  }
`);

const linkTelegramChat = graphql(`
  mutation BotLinkTelegramChat($chatId: String!, $code: String!) {
    linkTelegramChat(chatId: $chatId, code: $code) {
      __typename
      ... on LinkedTelegramChat {
        account {
          name
          role
        }
      }
      ... on InvalidInput {
        code
        message
      }
    }
  }
`);

const unlinkTelegramChat = graphql(`
  mutation BotUnlinkTelegramChat($chatId: String!) {
    unlinkTelegramChat(chatId: $chatId)
  }
`);

/** A token is renewed this long before it ends, so that it does not end on the way. */
const renewBeforeMs = 30_000;

/** Links and tokens by the graph's mutations, asked with the bot's own key. */
export function createAccounts({
  graph,
  serviceToken,
  now = Date.now,
}: {
  graph: Graph;
  /** The bot's own key; it opens nothing but the mutations below. */
  serviceToken: string;
  now?: () => number;
}): Accounts {
  const known = new Lru<number, ChatAccount>(10_000);
  const asked = new Map<number, Promise<ChatAccount | undefined>>();

  const load = async (chatId: number, locale: BotLocale): Promise<ChatAccount | undefined> => {
    const { data } = await graph.ask(telegramChatToken, { chatId: String(chatId) }, { token: serviceToken, locale });
    const found = data.telegramChatToken;
    if (!found) return undefined;
    const account = { ...found.account, token: found.token, expiresAt: Date.parse(found.expiresAt) };
    known.set(chatId, account);
    return account;
  };

  return {
    of(chatId, locale) {
      const held = known.get(chatId);
      if (held && held.expiresAt - renewBeforeMs > now()) return Promise.resolve(held);
      const running = asked.get(chatId);
      if (running) return running;
      const loading = load(chatId, locale).finally(() => asked.delete(chatId));
      asked.set(chatId, loading);
      return loading;
    },
    async link(chatId, code, locale) {
      const { data } = await graph.ask(
        linkTelegramChat,
        { chatId: String(chatId), code },
        { token: serviceToken, locale },
      );
      known.delete(chatId);
      const outcome = data.linkTelegramChat;
      return outcome?.__typename === 'LinkedTelegramChat' ? outcome.account : undefined;
    },
    async unlink(chatId, locale) {
      known.delete(chatId);
      await graph.ask(unlinkTelegramChat, { chatId: String(chatId) }, { token: serviceToken, locale });
    },
    forget(chatId) {
      known.delete(chatId);
    },
  };
}
