import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { useId } from 'react';
import type { TileState } from '../graph/use-tile.ts';
import { useMessages } from '../i18n/locale.tsx';
import { Button } from './Button.tsx';
import { FaultNote } from './FaultNote.tsx';
import { NoteCard } from './NoteCard.tsx';
import styles from './Panel.module.css';

interface PanelProps<Value> {
  title: string;
  /** What is shown here, in a sentence or two. */
  about: string;
  /** What the graph answered so far. */
  state: TileState<Value>;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  /** What stands here where the graph answered that there is nothing; it names the next step. */
  empty?: ReactNode;
  isEmpty?: (value: Value) => boolean;
  /** The content reaches the panel's edges (tables). */
  flush?: boolean;
  /** Height that the panel keeps while it loads, so that nothing jumps. */
  minHeight?: number;
  children: (value: Value) => ReactNode;
}

/** The frame of everything that the graph answers: title, what it is, and each state that an answer can be in. */
export function Panel<Value>({
  title,
  about,
  state,
  actions,
  empty,
  isEmpty,
  flush,
  minHeight,
  children,
}: PanelProps<Value>) {
  const t = useMessages();
  const id = useId();
  const { value, fault, refreshing, loading, retry } = state;
  const stale = value != null && fault !== null;
  const nothing = !loading && fault === null && (value == null || isEmpty?.(value));
  return (
    <section
      className={`${styles.panel} ${refreshing ? styles.refreshing : ''}`}
      aria-labelledby={id}
      aria-busy={loading || refreshing}
    >
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        <NoteCard
          trigger={
            <Button look="quiet" icon className={styles.about} aria-label={t.panel.about(title)}>
              <Info aria-hidden />
            </Button>
          }
        >
          <p className={styles.note}>{about}</p>
        </NoteCard>
        {value != null && actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {stale ? (
        <p className={styles.stale} role="status">
          {t.panel.stale}
          <button type="button" className={styles.link} onClick={retry}>
            {t.panel.retry}
          </button>
        </p>
      ) : null}
      <div
        className={`${styles.body} ${flush ? styles.flush : ''}`}
        style={minHeight && loading ? { minHeight } : undefined}
      >
        {nothing || value == null ? (
          <div className={styles.inset}>
            {nothing ? empty : fault ? <FaultNote fault={fault} retry={retry} /> : <Loading />}
          </div>
        ) : (
          children(value)
        )}
      </div>
    </section>
  );
}

const widths = ['72%', '94%', '61%', '83%'];

/** Grey lines in place of what is on its way. */
export function Loading() {
  const t = useMessages();
  return (
    <div className={styles.loading}>
      <span className="visually-hidden">{t.panel.loading}</span>
      {widths.map((width) => (
        <div key={width} className={styles.bar} style={{ width }} />
      ))}
    </div>
  );
}
