import type { EntitySchema } from '@mikro-orm/core';
import { Account } from './account.ts';
import { AccountIdentity } from './account-identity.ts';
import { ApiKey } from './api-key.ts';
import { Session } from './session.ts';
import { SignInAttempt } from './sign-in-attempt.ts';
import { SignInCode } from './sign-in-code.ts';
import { TelegramChat } from './telegram-chat.ts';
import { TelegramLinkCode } from './telegram-link-code.ts';

/** Entities of those who sign in. */
export const accountEntities = [
  Account,
  AccountIdentity,
  ApiKey,
  Session,
  SignInAttempt,
  SignInCode,
  TelegramChat,
  TelegramLinkCode,
] as unknown as readonly EntitySchema[];
