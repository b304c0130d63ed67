import { X } from 'lucide-react';
import { useMessages } from '../i18n/locale.tsx';
import styles from './Filters.module.css';

interface FilterPillsProps {
  pills: readonly { key: string; label: string; remove(): void }[];
  clear(): void;
}

/** What the list is narrowed by now; a click takes one away. */
export function FilterPills({ pills, clear }: FilterPillsProps) {
  const t = useMessages();
  if (pills.length === 0) return null;
  return (
    <div className={styles.pills}>
      {pills.map(({ key, label, remove }) => (
        <button key={key} type="button" className={styles.pill} onClick={remove}>
          {label}
          <X aria-hidden />
          <span className="visually-hidden">. {t.customers.remove(label)}</span>
        </button>
      ))}
      {pills.length > 1 ? (
        <button type="button" className={styles.clear} onClick={clear}>
          {t.empty.clearFilters}
        </button>
      ) : null}
    </div>
  );
}
