import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './MoreLink.module.css';

/** From a tile to the page that shows all of it. */
export function MoreLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className={styles.more}>
      {children}
    </Link>
  );
}
