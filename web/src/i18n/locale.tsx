import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { Messages } from './en.ts';

/** The dashboard's languages, by the tag that Intl takes. */
export const locales = {
  en: { name: 'English', intl: 'en-GB', graph: 'EN', load: () => import('./en.ts').then(({ en }) => en) },
  ru: {
    name: 'Русский',
    intl: 'ru-RU',
    graph: 'RU',
    load: (): Promise<Messages> => import('./ru.ts').then(({ ru }) => ru),
  },
} as const;

export type Locale = keyof typeof locales;

const storageKey = 'cda.locale';

/** The language chosen before, else the browser's, else English. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'en' || chosen === 'ru') return chosen;
  return navigator.languages.some((language) => language.startsWith('ru')) ? 'ru' : 'en';
}

interface LocaleState {
  locale: Locale;
  t: Messages;
}

interface LocaleValue extends LocaleState {
  setLocale(locale: Locale): Promise<void>;
}

const LocaleContext = createContext<LocaleValue | null>(null);

/** Loads a language's texts and tells the document which language it speaks. */
export async function loadLocale(locale: Locale): Promise<LocaleState> {
  const t = await locales[locale].load();
  document.documentElement.lang = locale;
  return { locale, t };
}

interface LocaleProviderProps {
  initial: LocaleState;
  /** Told after a switch, so that texts made by the graph can be asked for anew. */
  onChange(locale: Locale): void;
  children: ReactNode;
}

export function LocaleProvider({ initial, onChange, children }: LocaleProviderProps) {
  const [state, setState] = useState(initial);
  const setLocale = useCallback(
    async (locale: Locale) => {
      const next = await loadLocale(locale);
      localStorage.setItem(storageKey, locale);
      setState(next);
      onChange(locale);
    },
    [onChange],
  );
  const value = useMemo(() => ({ ...state, setLocale }), [state, setLocale]);
  return <LocaleContext value={value}>{children}</LocaleContext>;
}

/** The language in use and the way to another. */
export function useLocale(): LocaleValue {
  const value = useContext(LocaleContext);
  if (!value) throw new Error('useLocale needs a LocaleProvider above it.');
  return value;
}

/** The texts of the language in use. */
export function useMessages(): Messages {
  return useLocale().t;
}
