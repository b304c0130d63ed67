import type { BotCommand } from 'grammy/types';
import type { World } from './world.ts';

/** The command list that an app would show in a private chat: the chat's own, else the one of its language, else the default. */
export function commandsFor(world: World, chatId: number, languageCode = ''): BotCommand[] {
  const keys = [`chat:${chatId}:${languageCode}`, `chat:${chatId}:`, `default::${languageCode}`, 'default::'];
  for (const key of keys) {
    const commands = world.commands.get(key);
    if (commands) return commands;
  }
  return [];
}
