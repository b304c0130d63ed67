import { useMemo } from 'react';
import { useShop } from '../../shell/shop-context.tsx';
import type { DraftUnits } from './draft.ts';

/** What amounts and days of a form are written in: the shop's currency and time zone. */
export function useDraftUnits(): DraftUnits {
  const { currency, timeZone } = useShop().shop;
  return useMemo(() => {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    return { digits: maximumFractionDigits ?? 2, timeZone };
  }, [currency, timeZone]);
}
