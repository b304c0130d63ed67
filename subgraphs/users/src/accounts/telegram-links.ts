import { createCode, hashOfSecret } from '@cda/platform/auth/keys.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account, type AccountRow } from '../entities/account.ts';
import { TelegramChat } from '../entities/telegram-chat.ts';
import { TelegramLinkCode } from '../entities/telegram-link-code.ts';

const codeLifeMs = 15 * 60 * 1000;

/** A code that an account's holder gives to the bot, in a link or typed in. */
export async function createLinkCode(
  em: EntityManager,
  accountId: string,
  now = new Date(),
): Promise<{ code: string; expiresAt: Date }> {
  const code = createCode(10);
  const expiresAt = new Date(now.getTime() + codeLifeMs);
  await em.persist(em.create(TelegramLinkCode, { hash: hashOfSecret(code), accountId, expiresAt })).flush();
  return { code, expiresAt };
}

/** Links a chat to the account behind a code, which is used up by it; a chat acts for one account at a time. */
export async function linkChat(
  em: EntityManager,
  chatId: string,
  code: string,
  now = new Date(),
): Promise<AccountRow | undefined> {
  const hash = hashOfSecret(code.trim().toUpperCase());
  const used = await em.nativeUpdate(
    TelegramLinkCode,
    { hash, usedAt: null, expiresAt: { $gt: now } },
    { usedAt: now },
  );
  const entry = used > 0 ? await em.findOne(TelegramLinkCode, { hash }) : null;
  const account = entry ? await em.findOne(Account, { id: entry.accountId, disabledAt: null }) : null;
  if (!account) return undefined;
  await em.upsert(TelegramChat, { chatId, accountId: account.id, linkedAt: now });
  return account;
}

/** The account that a chat acts for. */
export async function accountOfChat(em: EntityManager, chatId: string): Promise<AccountRow | undefined> {
  const chat = await em.findOne(TelegramChat, { chatId });
  const account = chat && (await em.findOne(Account, { id: chat.accountId, disabledAt: null }));
  return account ?? undefined;
}

/** Takes a chat's link away. False where it had none. */
export const unlinkChat = async (em: EntityManager, chatId: string): Promise<boolean> =>
  (await em.nativeDelete(TelegramChat, { chatId })) > 0;
