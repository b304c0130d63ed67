import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useMessages } from '../i18n/locale.tsx';
import { Button } from './Button.tsx';
import styles from './Filters.module.css';

interface PagerProps {
  total: string;
  hasNextPage: boolean;
  endCursor?: string | null;
}

/** Cursors of the pages gone through to get here, kept with the history entry: a keyset knows only the way forward. */
interface Trail {
  trail?: readonly (string | null)[];
}

/** Steps through keyset pages; the page stands in the URL. */
export function Pager({ total, hasNextPage, endCursor }: PagerProps) {
  const t = useMessages();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const trail = (useLocation().state as Trail | null)?.trail ?? [];
  const after = search.get('after');
  const go = (cursor: string | null, nextTrail: readonly (string | null)[]) => {
    const next = new URLSearchParams(search);
    if (cursor) next.set('after', cursor);
    else next.delete('after');
    void navigate({ search: next.toString() }, { state: { trail: nextTrail } satisfies Trail });
  };
  const previous = trail.at(-1);
  return (
    <nav className={styles.pager}>
      {after === null ? null : previous === undefined ? (
        <Button onClick={() => go(null, [])}>{t.customers.first}</Button>
      ) : (
        <Button onClick={() => go(previous, trail.slice(0, -1))}>
          <ArrowLeft aria-hidden />
          {t.customers.previous}
        </Button>
      )}
      {after === null || previous !== undefined ? <span>{t.customers.page(trail.length + 1)}</span> : null}
      {hasNextPage && endCursor ? (
        <Button onClick={() => go(endCursor, [...trail, after])}>
          {t.customers.next}
          <ArrowRight aria-hidden />
        </Button>
      ) : null}
      <span>{total}</span>
    </nav>
  );
}
