import type { ReactNode } from 'react';
import { useMessages } from '../i18n/locale.tsx';
import styles from './EmptyState.module.css';

interface EmptyStateProps {
  /** What is not here; left out where the page's title says it. */
  title?: string;
  body?: string;
  /** A command that is the next step. */
  command?: string;
  children?: ReactNode;
}

/** Nothing is here, and this is what to do about it. */
export function EmptyState({ title, body, command, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {title ? <p className={styles.title}>{title}</p> : null}
      {body ? <p>{body}</p> : null}
      {command ? <code className={styles.command}>{command}</code> : null}
      {children}
    </div>
  );
}

/** The shop has no events yet. */
export function NoEvents() {
  const t = useMessages();
  return <EmptyState title={t.empty.title} body={t.empty.body} command="npm run import -- orders.csv" />;
}

/** No version of the model answers. */
export function NoModel({ name }: { name: string }) {
  const t = useMessages();
  return <EmptyState title={t.empty.noModel} body={t.empty.noModelHint} command={`npm run train -- ${name}`} />;
}
