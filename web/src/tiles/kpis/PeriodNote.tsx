import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import styles from './Tile.module.css';

interface PeriodNoteProps {
  /** Last day of the period. */
  to: string;
  /** Whether a comparison was asked for, and whether there is one. */
  asked: boolean;
  compared: boolean;
}

/** What has to be known before the changes are read: no data to compare with, or a day that is not over beside whole ones. */
export function PeriodNote({ to, asked, compared }: PeriodNoteProps) {
  const t = useMessages();
  const { shop } = useShop();
  if (asked && !compared) return <p className={styles.note}>{t.kpi.notCompared}</p>;
  if (compared && shop.clock === 'NOW' && to === shop.today) return <p className={styles.note}>{t.kpi.todayOpen}</p>;
  return null;
}
