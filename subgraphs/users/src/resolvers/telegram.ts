import { inLocale } from '@cda/platform/text.ts';
import { accessTokenFor } from '../accounts/sessions.ts';
import { accountOfChat, createLinkCode, linkChat, unlinkChat } from '../accounts/telegram-links.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { accountIdOf } from './asking-account.ts';

export const createTelegramLinkCode: MutationResolvers['createTelegramLinkCode'] = (_parent, _args, { em, identity }) =>
  createLinkCode(em, accountIdOf(identity));

export const linkTelegramChat: MutationResolvers['linkTelegramChat'] = async (
  _parent,
  { chatId, code },
  { em, locale },
) => {
  const account = /^-?\d{1,20}$/.test(chatId) ? await linkChat(em, chatId, code) : undefined;
  if (account) return { __typename: 'LinkedTelegramChat', account };
  return {
    __typename: 'InvalidInput',
    code: 'CODE_NOT_VALID',
    path: 'code',
    message: inLocale(
      {
        en: 'This code was used already, or is older than 15 minutes. Make a new one in the dashboard.',
        ru: 'Этот код уже использован или старше 15 минут. Создайте новый в панели.',
      },
      locale,
    ),
  };
};

export const telegramChatToken: MutationResolvers['telegramChatToken'] = async (
  _parent,
  { chatId },
  { em, accountSecrets },
) => {
  const account = await accountOfChat(em, chatId);
  return account ? { ...(await accessTokenFor(accountSecrets, account)), account } : null;
};

export const unlinkTelegramChat: MutationResolvers['unlinkTelegramChat'] = (_parent, { chatId }, { em }) =>
  unlinkChat(em, chatId);
