import { isDeepStrictEqual } from 'node:util';
import type { BotCommand, MessageEntity } from 'grammy/types';
import { ApiError, badRequest } from './api-error.ts';
import { parseHtml } from './html-entities.ts';
import { readKeyboard } from './keyboard-check.ts';
import { readPicture } from './picture.ts';
import { toMessage } from './to-message.ts';
import type { StoredChat, StoredMessage, World } from './world.ts';

/** One call of the Bot API. */
interface Call {
  world: World;
  parameters: Record<string, unknown>;
  files: ReadonlyMap<string, Uint8Array>;
  /** Ends when the caller hangs up. */
  gone: AbortSignal;
}

type Method = (call: Call) => unknown;

const textLimit = 4096;
const captionLimit = 1024;
/** Presses can be answered this long. */
const answerWithinSeconds = 15 * 60;

function chatOf({ world, parameters }: Call): StoredChat {
  const chat = world.chats.get(Number(parameters['chat_id']));
  if (!chat) throw badRequest('chat not found');
  return chat;
}

function openChatOf(call: Call): StoredChat {
  const chat = chatOf(call);
  if (chat.closed) {
    const what = chat.chat.type === 'private' ? 'bot was blocked by the user' : 'bot was kicked from the group chat';
    throw new ApiError(403, `Forbidden: ${what}`);
  }
  return chat;
}

/** The bot's own message that a call names. */
function ownMessageOf(call: Call, chat: StoredChat, verb: 'edit' | 'delete'): StoredMessage {
  const message = chat.messages.get(Number(call.parameters['message_id']));
  if (!message) throw badRequest(`message to ${verb} not found`);
  if (message.from) throw badRequest(`message can't be ${verb === 'edit' ? 'edited' : 'deleted'}`);
  return message;
}

function formatted(parameters: Record<string, unknown>, field: 'text' | 'caption', limit: number) {
  const raw = parameters[field] ?? '';
  if (typeof raw !== 'string') throw badRequest(`${field} must be a string`);
  const mode = parameters['parse_mode'];
  if (mode !== undefined && mode !== 'HTML')
    throw badRequest(`parse mode ${String(mode)} is not spoken by this simulator`);
  const { text, entities } = mode === 'HTML' ? parseHtml(raw) : { text: raw.trim(), entities: [] as MessageEntity[] };
  if (field === 'text' && text === '') throw badRequest('message text is empty');
  if (text.length > limit) throw badRequest(field === 'text' ? 'message is too long' : 'message caption is too long');
  return { text, entities };
}

/** A file that came with the call: under the parameter's own name, or where `attach://` points. */
function attached(call: Call, value: unknown): Uint8Array {
  const reference =
    typeof value === 'string' && value.startsWith('attach://') ? value.slice('attach://'.length) : 'photo';
  const bytes = call.files.get(reference);
  if (!bytes) throw badRequest('there is no photo in the request');
  return bytes;
}

function change(call: Call, chat: StoredChat, message: StoredMessage, next: Partial<StoredMessage>) {
  const kept = { text: message.text, entities: message.entities, picture: message.picture, keyboard: message.keyboard };
  const wanted = { ...kept, ...next };
  if (isDeepStrictEqual(kept, wanted)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  Object.assign(message, wanted, { edits: message.edits + 1 });
  call.world.changed();
  return toMessage(call.world, chat, message);
}

function commandKey({ parameters }: Call): string {
  const scope = (parameters['scope'] ?? { type: 'default' }) as { type?: string; chat_id?: number };
  return `${scope.type}:${scope.chat_id ?? ''}:${parameters['language_code'] ?? ''}`;
}

async function getUpdates({ world, parameters, gone }: Call): Promise<unknown> {
  const limit = Math.max(1, Math.min(100, Number(parameters['limit'] ?? 100)));
  world.allow(parameters['allowed_updates'] as string[] | undefined);
  if (parameters['offset'] !== undefined) world.confirm(Number(parameters['offset']));
  const timeoutMs = Math.max(0, Math.min(50, Number(parameters['timeout'] ?? 0))) * 1000;
  const outcome = await world.wait(world.pending(1).length > 0 ? 0 : timeoutMs, gone);
  if (outcome === 'REPLACED') {
    throw new ApiError(
      409,
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
  }
  return world.pending(limit);
}

/** What the simulator can do, by the Bot API's method names (it does not care about their case). */
export const apiMethods: Readonly<Record<string, Method>> = {
  getMe: ({ world }) => ({
    ...world.bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  }),
  getUpdates,
  deleteWebhook: ({ world, parameters }) => {
    if (parameters['drop_pending_updates'] === true) world.confirm(Number.MAX_SAFE_INTEGER);
    return true;
  },
  getWebhookInfo: ({ world }) => ({
    url: '',
    has_custom_certificate: false,
    pending_update_count: world.pending(100).length,
  }),

  sendMessage: (call) => {
    const chat = openChatOf(call);
    const { text, entities } = formatted(call.parameters, 'text', textLimit);
    const keyboard = readKeyboard(call.parameters['reply_markup']);
    return toMessage(call.world, chat, call.world.addMessage(chat, { from: undefined, text, entities, keyboard }));
  },
  sendPhoto: (call) => {
    const chat = openChatOf(call);
    const { text, entities } = formatted(call.parameters, 'caption', captionLimit);
    const keyboard = readKeyboard(call.parameters['reply_markup']);
    const picture = readPicture(attached(call, call.parameters['photo']));
    const fileId = call.world.addPicture(picture);
    const message = call.world.addMessage(chat, {
      from: undefined,
      text,
      entities,
      keyboard,
      picture: { fileId, picture },
    });
    return toMessage(call.world, chat, message);
  },
  editMessageText: (call) => {
    const chat = openChatOf(call);
    const message = ownMessageOf(call, chat, 'edit');
    if (message.picture) throw badRequest('there is no text in the message to edit');
    const next = formatted(call.parameters, 'text', textLimit);
    return change(call, chat, message, { ...next, keyboard: readKeyboard(call.parameters['reply_markup']) });
  },
  editMessageCaption: (call) => {
    const chat = openChatOf(call);
    const message = ownMessageOf(call, chat, 'edit');
    if (!message.picture) throw badRequest('there is no caption in the message to edit');
    const next = formatted(call.parameters, 'caption', captionLimit);
    return change(call, chat, message, { ...next, keyboard: readKeyboard(call.parameters['reply_markup']) });
  },
  editMessageMedia: (call) => {
    const chat = openChatOf(call);
    const message = ownMessageOf(call, chat, 'edit');
    const media = call.parameters['media'] as Record<string, unknown> | undefined;
    if (media?.['type'] !== 'photo') throw badRequest('media must be a photo in this simulator');
    const next = formatted(media, 'caption', captionLimit);
    const picture = readPicture(attached(call, media['media']));
    const fileId = call.world.addPicture(picture);
    const keyboard = readKeyboard(call.parameters['reply_markup']);
    return change(call, chat, message, { ...next, keyboard, picture: { fileId, picture } });
  },
  editMessageReplyMarkup: (call) => {
    const chat = openChatOf(call);
    const message = ownMessageOf(call, chat, 'edit');
    return change(call, chat, message, { keyboard: readKeyboard(call.parameters['reply_markup']) });
  },
  deleteMessage: (call) => {
    const chat = chatOf(call);
    chat.messages.delete(ownMessageOf(call, chat, 'delete').id);
    call.world.changed();
    return true;
  },

  answerCallbackQuery: ({ world, parameters }) => {
    const press = world.presses.get(String(parameters['callback_query_id']));
    if (!press || press.answer || world.seconds() - press.at > answerWithinSeconds) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    const text = String(parameters['text'] ?? '');
    if (text.length > 200) throw badRequest('MESSAGE_TOO_LONG');
    press.answer = { text, alert: parameters['show_alert'] === true };
    world.changed();
    return true;
  },
  sendChatAction: (call) => openChatOf(call) !== undefined,

  setMyCommands: (call) => {
    const commands = call.parameters['commands'] as BotCommand[] | undefined;
    if (!Array.isArray(commands) || commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    for (const { command, description } of commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
      if (typeof description !== 'string' || description.length < 1 || description.length > 256) {
        throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
      }
    }
    call.world.commands.set(commandKey(call), commands);
    call.world.changed();
    return true;
  },
  getMyCommands: (call) => call.world.commands.get(commandKey(call)) ?? [],
  deleteMyCommands: (call) => {
    call.world.commands.delete(commandKey(call));
    return true;
  },
  setMyDescription: ({ world, parameters }) => {
    const description = String(parameters['description'] ?? '');
    if (description.length > 512) throw badRequest('BOT_DESCRIPTION_TOO_LONG');
    world.descriptions.set(String(parameters['language_code'] ?? ''), description);
    return true;
  },
  getChat: (call) => chatOf(call).chat,
  getChatMember: (call) => {
    const chat = chatOf(call);
    const id = Number(call.parameters['user_id']);
    const status = chat.members.get(id);
    if (!status) throw badRequest('member not found');
    return { status, user: { id, is_bot: false, first_name: String(id) } };
  },
};
