import type { Resolvers } from '../generated/resolvers.ts';
import { Account } from './Account.ts';
import { apiKeys, createApiKey, revokeApiKey, verifyApiKey } from './api-keys.ts';
import {
  accounts,
  createAccount,
  createSignInCode,
  setAccountDisabled,
  setAccountRole,
  setPassword,
} from './people.ts';
import {
  endSession,
  openSessions,
  redeemSignInCode,
  refreshSession,
  signIn,
  signInByIdentity,
  signOutEverywhere,
} from './sign-in.ts';
import { createTelegramLinkCode, linkTelegramChat, telegramChatToken, unlinkTelegramChat } from './telegram.ts';
import { viewer } from './viewer.ts';

/** Resolvers of those who sign in. */
export const accountResolvers = {
  Query: { viewer, openSessions, accounts, apiKeys },
  Mutation: {
    signIn,
    signInByIdentity,
    redeemSignInCode,
    refreshSession,
    endSession,
    signOutEverywhere,
    verifyApiKey,
    createApiKey,
    revokeApiKey,
    createAccount,
    createSignInCode,
    setAccountRole,
    setAccountDisabled,
    setPassword,
    createTelegramLinkCode,
    linkTelegramChat,
    telegramChatToken,
    unlinkTelegramChat,
  },
  Account,
} satisfies Resolvers;
