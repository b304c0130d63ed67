import styles from './ShareBar.module.css';

interface ShareBarProps {
  parts: readonly { key: string; share: number; color: string }[];
}

/** Parts of a whole as one bar; the list beside it says them in words. */
export function ShareBar({ parts }: ShareBarProps) {
  return (
    <div className={styles.bar} aria-hidden>
      {parts.map(({ key, share, color }) => (
        <span key={key} className={styles.part} style={{ flexGrow: share, flexBasis: 0, background: color }} />
      ))}
    </div>
  );
}
