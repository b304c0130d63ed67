import { useMessages } from '../i18n/locale.tsx';
import styles from './Missing.module.css';
import { NoteCard } from './NoteCard.tsx';

/** A dash in place of a number that does not honestly exist; a click says why. */
export function Missing({ reason }: { reason?: string | null }) {
  const t = useMessages();
  if (!reason) return <span className={styles.plain}>—</span>;
  return (
    <NoteCard
      trigger={
        <button type="button" className={styles.missing} aria-label={t.why.label('—')}>
          —
        </button>
      }
    >
      <p className={styles.note}>{reason}</p>
    </NoteCard>
  );
}
