import { useMutation } from '@apollo/client/react';
import { useEffect } from 'react';
import { CopyLine } from '../components/CopyLine.tsx';
import { FaultNote } from '../components/FaultNote.tsx';
import { Modal } from '../components/Modal.tsx';
import { toFault } from '../graph/fault.ts';
import { useMessages } from '../i18n/locale.tsx';
import { TelegramCodeMutation } from './query.ts';
import styles from './TelegramDialog.module.css';

interface TelegramDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** A one-time code that connects a Telegram chat to the account; a new one each time the dialog opens. */
export function TelegramDialog({ open, onOpenChange }: TelegramDialogProps) {
  const t = useMessages();
  return (
    <Modal title={t.telegram.title} about={t.telegram.about} open={open} onOpenChange={onOpenChange}>
      <Code />
      <p className={styles.note}>{t.telegram.lifetime}</p>
    </Modal>
  );
}

/** Stands in the open dialog only, so that each opening asks for a code of its own. */
function Code() {
  const [makeCode, { data, error }] = useMutation(TelegramCodeMutation);
  useEffect(() => {
    void makeCode().catch(() => undefined);
  }, [makeCode]);
  if (error) return <FaultNote fault={toFault(error)} retry={() => void makeCode().catch(() => undefined)} />;
  const code = data?.createTelegramLinkCode?.code;
  return <CopyLine text={code ? `/start ${code}` : null} />;
}
