import type { ReasonTextFragment } from '../generated/graphql.ts';
import { useFormats } from '../shell/shop-context.tsx';
import styles from './Contributions.module.css';

interface ContributionsProps {
  reasons: readonly ReasonTextFragment[];
  /** At most this many, strongest first as the graph gives them. */
  limit?: number;
  /** Whether a higher score is bad news: then bars are red and green. */
  risk?: boolean;
}

/** Reasons in words, each with a bar as long as its signed weight; reasons without a weight are a plain list. */
export function Contributions({ reasons, limit = reasons.length, risk = false }: ContributionsProps) {
  const formats = useFormats();
  const shown = reasons.slice(0, limit);
  const largest = Math.max(...shown.map(({ weight }) => Math.abs(weight ?? 0)), 0);
  const single = shown.every(({ weight }) => weight == null || weight >= 0);
  return (
    <ul className={`${styles.list} ${risk ? styles.risk : ''}`}>
      {shown.map(({ code, text, weight }) => {
        if (weight == null || largest === 0) {
          return (
            <li key={code + text} className={`${styles.item} ${styles.plain}`}>
              <span>{text}</span>
            </li>
          );
        }
        const width = (Math.abs(weight) / largest) * (single ? 100 : 50);
        return (
          <li key={code + text} className={styles.item}>
            <span>{text}</span>
            <span className={`${styles.track} ${single ? styles.oneSided : ''}`} aria-hidden>
              <span
                className={`${styles.fill} ${single ? '' : weight > 0 ? styles.for : styles.against}`}
                style={{ width: `${width}%` }}
              />
            </span>
            <span className={styles.weight}>{single ? formats.decimal(weight) : formats.signed(weight)}</span>
          </li>
        );
      })}
    </ul>
  );
}
