import { randomUUID } from 'node:crypto';
import type { CallbackQuery, Chat, ChatMember, Message, User } from 'grammy/types';
import { toMessage } from './to-message.ts';
import type { StoredChat, StoredMessage, StoredPress, World } from './world.ts';

/** Who a simulated person is. */
export interface PersonOptions {
  id: number;
  firstName: string;
  /** Language of the person's Telegram app. */
  languageCode?: string;
}

/** A person with a Telegram app: writes, presses buttons, blocks the bot. */
export class Person {
  readonly user: User;
  readonly #world: World;

  constructor(world: World, { id, firstName, languageCode }: PersonOptions) {
    this.#world = world;
    this.user = { id, is_bot: false, first_name: firstName, ...(languageCode ? { language_code: languageCode } : {}) };
  }

  /** The private chat with the bot. */
  get chat(): StoredChat {
    return this.#world.openChat({ id: this.user.id, type: 'private', first_name: this.user.first_name });
  }

  /** Writes into the private chat or a group; a text longer than 4096 characters goes as several messages, as apps do. */
  send(text: string, chat: StoredChat = this.chat): void {
    for (let at = 0; at < text.length; at += 4096) {
      const piece = text.slice(at, at + 4096);
      const stored = this.#world.addMessage(chat, { from: this.user, text: piece, entities: [] });
      const message = toMessage(this.#world, chat, stored) as Message.TextMessage;
      const command = /^\/[a-z0-9_]+(@\w+)?/i.exec(piece)?.[0];
      message.entities = command ? [{ type: 'bot_command', offset: 0, length: command.length }] : [];
      this.#world.queue({ message: message as Message & { from: User } } as never);
    }
  }

  /** Presses a button by its text. Throws where no message of the chat has it. */
  press(text: string, chat: StoredChat = this.chat): StoredPress {
    for (const message of [...chat.messages.values()].reverse()) {
      for (const button of message.keyboard?.inline_keyboard.flat() ?? []) {
        if (button.text === text && 'callback_data' in button)
          return this.pressData(button.callback_data ?? '', message, chat);
      }
    }
    throw new Error(`No message of chat ${chat.chat.id} has a button "${text}".`);
  }

  /** Presses with any data, as a tampered app could. */
  pressData(data: string, message: StoredMessage, chat: StoredChat = this.chat): StoredPress {
    const press: StoredPress = {
      id: randomUUID(),
      chatId: chat.chat.id,
      messageId: message.id,
      at: this.#world.seconds(),
    };
    this.#world.presses.set(press.id, press);
    const [oldest] = this.#world.presses.keys();
    if (this.#world.presses.size > 1_000 && oldest !== undefined) this.#world.presses.delete(oldest);
    const query: CallbackQuery = {
      id: press.id,
      from: this.user,
      chat_instance: String(chat.chat.id),
      data,
      message: toMessage(this.#world, chat, message),
    } as CallbackQuery;
    this.#world.queue({ callback_query: query });
    return press;
  }

  /** Blocks the bot, or lets it write again. */
  block(blocked = true): void {
    const { chat } = this;
    chat.closed = blocked;
    this.#world.queue({
      my_chat_member: membership(this.#world, chat.chat, this.user, blocked ? 'kicked' : 'member'),
    } as never);
  }

  /** Throws the bot out of a group. */
  remove(group: StoredChat): void {
    group.closed = true;
    this.#world.queue({ my_chat_member: membership(this.#world, group.chat, this.user, 'kicked') } as never);
  }
}

function membership(world: World, chat: Chat, from: User, status: ChatMember['status']) {
  return {
    chat,
    from,
    date: world.seconds(),
    old_chat_member: { user: world.bot, status: status === 'member' ? 'kicked' : 'member', until_date: 0 },
    new_chat_member: { user: world.bot, status, until_date: 0 },
  };
}
