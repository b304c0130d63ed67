import { useMessages } from '../i18n/locale.tsx';
import { Badge } from './Badge.tsx';
import styles from './LiveMark.module.css';

/** Whether what is shown follows what happens, or is asked for now and then. */
export function LiveMark({ live }: { live: boolean }) {
  const t = useMessages();
  return (
    <span title={live ? t.live.onAbout : t.live.offAbout} data-live={live}>
      <Badge tone={live ? 'good' : 'plain'}>
        <span className={styles.dot} aria-hidden />
        {live ? t.live.on : t.live.off}
      </Badge>
    </span>
  );
}
