import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/**
 * The URL's parameters, and a change of them that starts from what the address bar says at that moment: two changes in a
 * row, faster than a page is drawn, both count.
 */
export function useSearch(): [URLSearchParams, (change: (current: URLSearchParams) => URLSearchParams) => void] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (next: (current: URLSearchParams) => URLSearchParams) =>
      setSearch(next(new URLSearchParams(window.location.search)), { preventScrollReset: true }),
    [setSearch],
  );
  return [search, change];
}
