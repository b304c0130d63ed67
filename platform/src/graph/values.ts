import { inLocale, type Locale, type LocalText } from '../text.ts';
import type { RequestContext } from './context.ts';

/** Value of the `Money` type. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** A reason as models keep it: words in every language, and the signed contribution where contributions add up. */
export interface StoredReason extends LocalText {
  code: string;
  weight: number | null;
}

/** Why there is no honest number. */
export interface StoredUnavailable extends LocalText {
  code: 'NOT_ENOUGH_DATA' | 'NOT_IDENTIFIED' | 'MODEL_NOT_SERVED' | 'MODEL_STALE';
}

type LocaleArgument = { locale?: Locale | null | undefined };

/** Text of a field with a `locale` argument: in the language asked for, else in that of the request. */
export const textIn = (text: LocalText, { locale }: LocaleArgument, context: RequestContext): string =>
  inLocale(text, locale ?? context.locale);

/** Resolvers of the shared types, the same in every subgraph. */
export const sharedResolvers = {
  Reason: {
    text: (reason: StoredReason, args: LocaleArgument, context: RequestContext) => textIn(reason, args, context),
  },
  Unavailable: {
    text: (unavailable: StoredUnavailable, args: LocaleArgument, context: RequestContext) =>
      textIn(unavailable, args, context),
  },
  Node: { __resolveType: (value: { __typename?: string }) => value.__typename },
  UserError: { __resolveType: (value: { __typename?: string }) => value.__typename },
};
