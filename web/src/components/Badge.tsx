import type { ReactNode } from 'react';
import styles from './Badge.module.css';

export type Tone = 'plain' | 'accent' | 'good' | 'warn' | 'bad';

/** Classes of a badge, for what must be a button or a link instead. */
export function badgeClass(tone: Tone): string {
  return `${styles.badge} ${tone === 'plain' ? '' : styles[tone]}`;
}

/** A word about a thing. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={badgeClass(tone)}>{children}</span>;
}
