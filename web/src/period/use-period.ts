import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type Period, type PeriodChange, readPeriod, writePeriod } from './period.ts';

/** The period of the page, read from and written to the URL, so that a link reproduces the view. */
export function usePeriod(): [Period, (change: PeriodChange) => void] {
  const [search, setSearch] = useSearchParams();
  const period = useMemo(() => readPeriod(search), [search]);
  const change = useCallback(
    (next: PeriodChange) => setSearch((current) => writePeriod(current, next), { preventScrollReset: true }),
    [setSearch],
  );
  return [period, change];
}
