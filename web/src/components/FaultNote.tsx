import { RotateCw } from 'lucide-react';
import type { Fault } from '../graph/fault.ts';
import { useMessages } from '../i18n/locale.tsx';
import { Button } from './Button.tsx';
import styles from './FaultNote.module.css';

interface FaultNoteProps {
  fault: Fault;
  retry(): void;
}

/** What went wrong, the id that finds it in the server's logs, and the way to try again. */
export function FaultNote({ fault, retry }: FaultNoteProps) {
  const t = useMessages();
  const title =
    fault.kind === 'forbidden' ? t.panel.forbidden : fault.kind === 'offline' ? t.panel.offline : t.panel.failed;
  return (
    <div className={styles.fault} role="alert">
      <p className={styles.title}>{title}</p>
      {fault.message ? <p>{fault.message}</p> : null}
      {fault.requestId ? (
        <p>
          {t.panel.requestId} <code>{fault.requestId}</code>
        </p>
      ) : null}
      {fault.kind === 'forbidden' ? null : (
        <Button onClick={retry}>
          <RotateCw aria-hidden />
          {t.panel.retry}
        </Button>
      )}
    </div>
  );
}
