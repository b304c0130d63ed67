import { inLocale, type Locale, type LocalText } from '@cda/platform/text.ts';
import {
  changeAccount,
  findAccount,
  makeAccount,
  renewCode,
  setPassword as set,
  shortestPassword,
} from '../accounts/people.ts';
import { Account } from '../entities/account.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { accountIdOf } from './asking-account.ts';

const texts = {
  LAST_ADMIN: {
    en: 'This is the last administrator who may sign in. Make another one first.',
    ru: 'Это последний администратор, который может войти. Сначала назначьте другого.',
  },
  CURRENT_PASSWORD_WRONG: { en: 'The current password is not right.', ru: 'Текущий пароль неверен.' },
  PASSWORD_NOT_VALID: {
    en: `A password has at least ${shortestPassword} characters and does not hold the e-mail address.`,
    ru: `Пароль — не короче ${shortestPassword} символов и не содержит адрес почты.`,
  },
  ACCOUNT_NOT_FOUND: {
    en: 'There is no account of this id that may sign in.',
    ru: 'Учётной записи с таким идентификатором, которая может войти, нет.',
  },
} satisfies Record<string, LocalText>;

const told = (code: keyof typeof texts, path: string, locale: Locale) => ({
  code,
  path,
  message: inLocale(texts[code], locale),
});

export const accounts: QueryResolvers['accounts'] = (_parent, _args, { em }) =>
  em.find(Account, {}, { orderBy: { email: 'asc' } });

export const createAccount: MutationResolvers['createAccount'] = async (_parent, { input }, { em }) => {
  const outcome = await makeAccount(em, input);
  return 'account' in outcome
    ? { __typename: 'CreatedAccount', ...outcome }
    : { __typename: 'InvalidInput', ...outcome };
};

export const createSignInCode: MutationResolvers['createSignInCode'] = async (_parent, { account }, { em, locale }) => {
  const made = await renewCode(em, account);
  return made
    ? { __typename: 'CreatedSignInCode', ...made }
    : { __typename: 'NotFound', ...told('ACCOUNT_NOT_FOUND', 'account', locale) };
};

const changed = (outcome: Awaited<ReturnType<typeof changeAccount>>, path: string, locale: Locale) => {
  if (outcome === 'NOT_FOUND')
    return { __typename: 'NotFound', ...told('ACCOUNT_NOT_FOUND', 'account', locale) } as const;
  if (outcome === 'LAST_ADMIN') return { __typename: 'InvalidInput', ...told('LAST_ADMIN', path, locale) } as const;
  return { __typename: 'ChangedAccount', account: outcome } as const;
};

export const setAccountRole: MutationResolvers['setAccountRole'] = async (_parent, { account, role }, { em, locale }) =>
  changed(await changeAccount(em, account, { role }), 'role', locale);

export const setAccountDisabled: MutationResolvers['setAccountDisabled'] = async (
  _parent,
  { account, disabled },
  { em, locale },
) => changed(await changeAccount(em, account, { disabled }), 'disabled', locale);

export const setPassword: MutationResolvers['setPassword'] = async (_parent, args, { em, identity, locale }) => {
  const account = await findAccount(em, accountIdOf(identity));
  const outcome = account
    ? await set(em, account, { password: args.password, current: args.current })
    : 'CURRENT_PASSWORD_WRONG';
  if (typeof outcome !== 'string') return { __typename: 'PasswordSet', account: outcome };
  const path = outcome === 'PASSWORD_NOT_VALID' ? 'password' : 'current';
  return { __typename: 'InvalidInput', ...told(outcome, path, locale) };
};
