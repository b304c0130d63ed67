import { useMutation } from '@apollo/client/react';
import { Copy } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect } from 'react';
import { Button } from '../components/Button.tsx';
import { FaultNote } from '../components/FaultNote.tsx';
import { toFault } from '../graph/fault.ts';
import { useMessages } from '../i18n/locale.tsx';
import { TelegramCodeMutation } from './query.ts';
import dialog from './ShortcutsDialog.module.css';
import styles from './TelegramDialog.module.css';

interface TelegramDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** A one-time code that connects a Telegram chat to the account; a new one each time the dialog opens. */
export function TelegramDialog({ open, onOpenChange }: TelegramDialogProps) {
  const t = useMessages();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={dialog.overlay} />
        <Dialog.Content className={dialog.dialog}>
          <Dialog.Title asChild>
            <h2>{t.telegram.title}</h2>
          </Dialog.Title>
          <Dialog.Description className={dialog.about}>{t.telegram.about}</Dialog.Description>
          <Code />
          <p className={styles.note}>{t.telegram.lifetime}</p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Stands in the open dialog only, so that each opening asks for a code of its own. */
function Code() {
  const t = useMessages();
  const [makeCode, { data, error }] = useMutation(TelegramCodeMutation);
  useEffect(() => {
    void makeCode().catch(() => undefined);
  }, [makeCode]);
  if (error) return <FaultNote fault={toFault(error)} retry={() => void makeCode().catch(() => undefined)} />;
  const code = data?.createTelegramLinkCode?.code;
  const command = code ? `/start ${code}` : '';
  return (
    <p className={styles.command} role="status" aria-busy={!command}>
      <code>{command || '…'}</code>
      <Button
        look="quiet"
        icon
        aria-label={t.telegram.copy}
        title={t.telegram.copy}
        disabled={!command}
        onClick={() => void navigator.clipboard?.writeText(command)}
      >
        <Copy aria-hidden />
      </Button>
    </p>
  );
}
