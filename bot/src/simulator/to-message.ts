import type { Message } from 'grammy/types';
import type { StoredChat, StoredMessage, World } from './world.ts';

/** A message in the Bot API's shape. */
export function toMessage(world: World, { chat }: StoredChat, stored: StoredMessage): Message {
  const common = {
    message_id: stored.id,
    date: stored.date,
    chat,
    from: stored.from ?? world.bot,
    ...(stored.edits > 0 ? { edit_date: world.seconds() } : {}),
    ...(stored.keyboard ? { reply_markup: stored.keyboard } : {}),
  };
  if (!stored.picture) return { ...common, text: stored.text, entities: stored.entities } as unknown as Message;
  const { fileId, picture } = stored.picture;
  const photo = [
    {
      file_id: fileId,
      file_unique_id: fileId,
      width: picture.width,
      height: picture.height,
      file_size: picture.bytes.length,
    },
  ];
  return { ...common, photo, caption: stored.text, caption_entities: stored.entities } as unknown as Message;
}
