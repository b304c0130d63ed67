import { useCallback, useMemo } from 'react';
import { useSearch } from '../shell/use-search.ts';
import { type Period, type PeriodChange, readPeriod, writePeriod } from './period.ts';

/** The period of the page, read from and written to the URL, so that a link reproduces the view. */
export function usePeriod(): [Period, (change: PeriodChange) => void] {
  const [search, changeSearch] = useSearch();
  const period = useMemo(() => readPeriod(search), [search]);
  const change = useCallback(
    (next: PeriodChange) => changeSearch((current) => writePeriod(current, next)),
    [changeSearch],
  );
  return [period, change];
}
