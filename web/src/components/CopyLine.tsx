import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../i18n/locale.tsx';
import { Button } from './Button.tsx';
import styles from './CopyLine.module.css';

/** A text to take along, with a button that copies it; null while it is on its way. */
export function CopyLine({ text }: { text: string | null }) {
  const t = useMessages();
  const [copied, setCopied] = useState<string | null>(null);
  const done = text !== null && copied === text;
  return (
    <div className={styles.line} role="status" aria-busy={text === null}>
      <code>{text ?? '…'}</code>
      <Button
        look="quiet"
        icon
        aria-label={done ? t.copy.done : t.copy.copy}
        title={done ? t.copy.done : t.copy.copy}
        disabled={text === null}
        onClick={() => {
          if (text === null) return;
          void navigator.clipboard?.writeText(text).then(
            () => setCopied(text),
            () => undefined,
          );
        }}
      >
        {done ? <Check aria-hidden /> : <Copy aria-hidden />}
      </Button>
    </div>
  );
}
