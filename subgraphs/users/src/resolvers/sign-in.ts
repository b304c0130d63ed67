import { invalidArgument } from '@cda/platform/graph/graph-error.ts';
import { inLocale, type Locale, type LocalText } from '@cda/platform/text.ts';
import { signInByIdentity as byIdentity, type IdentityFault } from '../accounts/identity-sign-in.ts';
import {
  endSession as end,
  endAllSessions,
  findOpenSessions,
  openSession,
  renewSession,
} from '../accounts/sessions.ts';
import { type SignInFault, signInByCode, signInByPassword, windowMinutes } from '../accounts/sign-in.ts';
import type { Context } from '../context.ts';
import type { AccountRow } from '../entities/account.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { isUuid } from '../loaders/customer-list.ts';
import { accountIdOf } from './asking-account.ts';

const faults: Record<SignInFault | IdentityFault | 'SESSION_ENDED', LocalText> = {
  WRONG_CREDENTIALS: {
    en: 'The e-mail address or the password is not right.',
    ru: 'Неверный адрес почты или пароль.',
  },
  TOO_MANY_TRIES: {
    en: `Too many tries for this address. Wait ${windowMinutes} minutes, or sign in by a link.`,
    ru: `Слишком много попыток. Подождите ${windowMinutes} минут или войдите по ссылке.`,
  },
  CODE_NOT_VALID: {
    en: 'This link was used already or is too old. Start the system again, or ask for a new link.',
    ru: 'Эта ссылка уже использована или устарела. Перезапустите систему или запросите новую ссылку.',
  },
  NO_ACCOUNT: {
    en: 'There is no account of this e-mail address here. Ask an administrator for one.',
    ru: 'Учётной записи с этим адресом почты здесь нет. Попросите администратора её создать.',
  },
  ACCOUNT_DISABLED: {
    en: 'This account is shut out. Ask an administrator.',
    ru: 'Эта учётная запись отключена. Обратитесь к администратору.',
  },
  ADDRESS_OF_ANOTHER: {
    en: 'The account of this e-mail address belongs to another person at the identity provider. Ask an administrator.',
    ru: 'Учётная запись с этим адресом почты принадлежит у поставщика входа другому человеку. Обратитесь к администратору.',
  },
  SESSION_ENDED: { en: 'The session has ended. Sign in again.', ru: 'Сеанс завершён. Войдите снова.' },
};

const refuse = (code: keyof typeof faults, locale: Locale) =>
  ({ __typename: 'SignInRefused', code, message: inLocale(faults[code], locale) }) as const;

const answer = async (outcome: AccountRow | SignInFault | IdentityFault, { em, accountSecrets, locale }: Context) =>
  typeof outcome === 'string'
    ? refuse(outcome, locale)
    : ({ __typename: 'SessionTokens', ...(await openSession(em, accountSecrets, outcome)) } as const);

export const signIn: MutationResolvers['signIn'] = async (_parent, { email, password }, context) =>
  answer(await signInByPassword(context.em, email, password), context);

export const redeemSignInCode: MutationResolvers['redeemSignInCode'] = async (_parent, { code }, context) =>
  answer(await signInByCode(context.em, code), context);

export const signInByIdentity: MutationResolvers['signInByIdentity'] = async (_parent, { input }, context) => {
  const { role, newAccountRole, ...person } = input;
  const given = { ...person, role: role ?? undefined, newAccountRole: newAccountRole ?? undefined };
  return answer(await byIdentity(context.em, given), context);
};

export const refreshSession: MutationResolvers['refreshSession'] = async (_parent, { refreshToken }, context) => {
  const session = await renewSession(context.em, context.accountSecrets, refreshToken);
  return session ? { __typename: 'SessionTokens', ...session } : refuse('SESSION_ENDED', context.locale);
};

export const endSession: MutationResolvers['endSession'] = (_parent, { refreshToken }, { em, accountSecrets }) =>
  end(em, accountSecrets, refreshToken);

const mostSessions = 5_000;

export const openSessions: QueryResolvers['openSessions'] = (_parent, { ids }, { em }) => {
  if (ids.length > mostSessions) throw invalidArgument('ids', `Ask about at most ${mostSessions} sessions.`);
  return findOpenSessions(em, ids.filter(isUuid));
};

export const signOutEverywhere: MutationResolvers['signOutEverywhere'] = async (_parent, _args, { em, identity }) => {
  await endAllSessions(em, accountIdOf(identity));
  return true;
};
