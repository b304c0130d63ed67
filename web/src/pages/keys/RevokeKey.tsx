import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Problem } from '../../components/Field.tsx';
import { Modal, ModalFoot } from '../../components/Modal.tsx';
import type { KeyRowFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { RevokeKeyMutation } from './query.ts';

interface RevokeKeyProps {
  /** The key in question; null while there is none. */
  row: KeyRowFragment | null;
  onClose(): void;
}

/** Asks once more before a key is taken away: that cannot be undone. */
export function RevokeKey({ row, onClose }: RevokeKeyProps) {
  const t = useMessages();
  const [problem, setProblem] = useState<string | null>(null);
  const [revoke, { loading }] = useMutation(RevokeKeyMutation);

  function close() {
    setProblem(null);
    onClose();
  }

  async function take(id: string) {
    const { data, error } = await revoke({ variables: { id } }).catch((error: unknown) => ({ data: null, error }));
    const result = data?.revokeApiKey;
    if (result?.__typename === 'RevokedApiKey') close();
    else setProblem(result?.message ?? toFault(error).message ?? t.keys.revokeFailed);
  }

  return (
    <Modal
      title={t.keys.revokeTitle(row?.name ?? '')}
      about={t.keys.revokeAbout}
      open={row !== null}
      onOpenChange={(open) => (open ? undefined : close())}
    >
      <Problem text={problem} />
      <ModalFoot>
        <Button onClick={close}>{t.keys.cancel}</Button>
        <Button look="primary" disabled={loading} onClick={() => row && void take(row.id)}>
          {t.keys.revoke}
        </Button>
      </ModalFoot>
    </Modal>
  );
}
