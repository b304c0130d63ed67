import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { createFormats, type Formats } from '../format/formats.ts';
import type { ShellQuery } from '../generated/graphql.ts';
import { locales, useLocale } from '../i18n/locale.tsx';

export type Shop = NonNullable<ShellQuery['shop']>;
export type Viewer = NonNullable<ShellQuery['viewer']>;

interface ShopValue {
  shop: Shop;
  viewer: Viewer | null;
  formats: Formats;
  /** Whether the reader's role holds a scope; the graph decides, this only spares questions it would refuse. */
  may(scope: string): boolean;
}

const ShopContext = createContext<ShopValue | null>(null);

interface ShopProviderProps {
  shop: Shop;
  viewer: Viewer | null;
  children: ReactNode;
}

export function ShopProvider({ shop, viewer, children }: ShopProviderProps) {
  const { locale, t } = useLocale();
  const { currency, timeZone } = shop;
  const formats = useMemo(
    () => createFormats({ language: locales[locale].intl, currency, timeZone, justNow: t.time.now }),
    [locale, currency, timeZone, t],
  );
  const value = useMemo(
    () => ({ shop, viewer, formats, may: (scope: string) => viewer?.scopes.includes(scope) ?? false }),
    [shop, viewer, formats],
  );
  return <ShopContext value={value}>{children}</ShopContext>;
}

/** The shop, its reader and how to write numbers for them. */
export function useShop(): ShopValue {
  const value = useContext(ShopContext);
  if (!value) throw new Error('useShop needs a ShopProvider above it.');
  return value;
}

export function useFormats(): Formats {
  return useShop().formats;
}
