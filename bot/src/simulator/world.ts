import { randomUUID } from 'node:crypto';
import type { BotCommand, Chat, InlineKeyboardMarkup, MessageEntity, Update, User } from 'grammy/types';
import type { Picture } from './picture.ts';

/** A message as the chat holds it now. */
export interface StoredMessage {
  id: number;
  /** Undefined where the bot wrote it. */
  from: User | undefined;
  date: number;
  text: string;
  entities: MessageEntity[];
  picture?: { fileId: string; picture: Picture };
  keyboard?: InlineKeyboardMarkup | undefined;
  /** How often it was edited. */
  edits: number;
}

/** A chat and what was said in it. */
export interface StoredChat {
  chat: Chat.PrivateChat | Chat.GroupChat;
  messages: Map<number, StoredMessage>;
  nextMessageId: number;
  members: Map<number, 'creator' | 'administrator' | 'member'>;
  /** Whether the bot may not write here: blocked by the person, thrown out of the group. */
  closed: boolean;
}

/** A press, and what the bot answered. */
export interface StoredPress {
  id: string;
  chatId: number;
  messageId: number;
  /** Seconds since 1970. */
  at: number;
  answer?: { text: string; alert: boolean };
}

interface Poller {
  wake(outcome: 'UPDATES' | 'REPLACED'): void;
}

/** Telegram as far as one bot sees it: chats, messages, updates, commands. Changes are told to whoever listens. */
export class World {
  readonly bot: User;
  readonly token: string;
  readonly chats = new Map<number, StoredChat>();
  readonly presses = new Map<string, StoredPress>();
  readonly files = new Map<string, Picture>();
  /** Command lists by scope and language. */
  readonly commands = new Map<string, BotCommand[]>();
  readonly descriptions = new Map<string, string>();
  readonly now: () => Date;
  #updates: Update[] = [];
  #nextUpdateId = 1_000;
  #allowed: readonly string[] | undefined;
  #poller: Poller | undefined;
  readonly #listeners = new Set<() => void>();

  constructor({ token, username, now }: { token: string; username: string; now: () => Date }) {
    this.token = token;
    this.now = now;
    this.bot = { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Customer Data', username };
  }

  seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  openChat(chat: StoredChat['chat']): StoredChat {
    const known = this.chats.get(chat.id);
    if (known) return known;
    const opened: StoredChat = { chat, messages: new Map(), nextMessageId: 1, members: new Map(), closed: false };
    this.chats.set(chat.id, opened);
    return opened;
  }

  addMessage(chat: StoredChat, message: Omit<StoredMessage, 'id' | 'date' | 'edits'>): StoredMessage {
    const stored = { ...message, id: chat.nextMessageId++, date: this.seconds(), edits: 0 };
    chat.messages.set(stored.id, stored);
    // Two hundred messages are more than a page shows or a test looks at.
    const [oldest] = chat.messages.keys();
    if (chat.messages.size > 200 && oldest !== undefined) chat.messages.delete(oldest);
    this.changed();
    return stored;
  }

  addPicture(picture: Picture): string {
    const fileId = `photo-${randomUUID()}`;
    this.files.set(fileId, picture);
    const [oldest] = this.files.keys();
    if (this.files.size > 50 && oldest !== undefined) this.files.delete(oldest);
    return fileId;
  }

  /** Queues an update for the bot, where the bot asked for its kind. */
  queue(update: Omit<Update, 'update_id'>): void {
    const kind = Object.keys(update)[0] ?? '';
    if (this.#allowed && !this.#allowed.includes(kind)) return;
    this.#updates.push({ update_id: this.#nextUpdateId++, ...update });
    this.#poller?.wake('UPDATES');
  }

  allow(kinds: readonly string[] | undefined): void {
    if (kinds) this.#allowed = kinds.length > 0 ? kinds : undefined;
  }

  confirm(offset: number): void {
    this.#updates =
      offset < 0 ? this.#updates.slice(offset) : this.#updates.filter(({ update_id }) => update_id >= offset);
  }

  pending(limit: number): Update[] {
    return this.#updates.slice(0, limit);
  }

  /** Waits for an update; a second waiter takes the place of the first. */
  wait(timeoutMs: number, gone: AbortSignal): Promise<'UPDATES' | 'REPLACED' | 'TIMEOUT'> {
    this.#poller?.wake('REPLACED');
    return new Promise((resolve) => {
      const end = (outcome: 'UPDATES' | 'REPLACED' | 'TIMEOUT') => {
        clearTimeout(timer);
        gone.removeEventListener('abort', left);
        if (this.#poller === poller) this.#poller = undefined;
        resolve(outcome);
      };
      const left = () => end('TIMEOUT');
      const poller: Poller = { wake: end };
      const timer = setTimeout(() => end('TIMEOUT'), timeoutMs);
      gone.addEventListener('abort', left, { once: true });
      this.#poller = poller;
    });
  }

  /** Ends a waiting poll, because the server stops. */
  close(): void {
    this.#poller?.wake('UPDATES');
  }
}
