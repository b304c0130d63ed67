import { useApolloClient } from '@apollo/client/react';
import { Download, UserX } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/Button.tsx';
import { Problem } from '../../../components/Field.tsx';
import { toFault } from '../../../graph/fault.ts';
import { useMessages } from '../../../i18n/locale.tsx';
import { useShop } from '../../../shell/shop-context.tsx';
import { EraseDialog } from './EraseDialog.tsx';
import { ExportQuery } from './query.ts';

interface PrivacyActionsProps {
  customer: { id: string; externalId: string };
}

/** What a person may ask of the shop: a copy of what is kept of them, and that it be forgotten. */
export function PrivacyActions({ customer }: PrivacyActionsProps) {
  const t = useMessages();
  const { may } = useShop();
  const client = useApolloClient();
  const [erasing, setErasing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!may('accounts:manage') || !may('personal:read')) return null;

  async function download() {
    setProblem(null);
    setBusy(true);
    try {
      const { data, error } = await client.query({
        query: ExportQuery,
        variables: { id: customer.id },
        fetchPolicy: 'no-cache',
      });
      if (!data?.exportCustomer) throw error ?? new Error('nothing was exported');
      save(`${customer.externalId.replaceAll(/[^\w.-]+/gu, '_')}.json`, JSON.stringify(data.exportCustomer, null, 2));
    } catch (error) {
      setProblem(toFault(error).message ?? t.privacy.exportFailed);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Problem text={problem} />
      <Button disabled={busy} onClick={() => void download()}>
        <Download aria-hidden />
        {busy ? t.privacy.exporting : t.privacy.export}
      </Button>
      <Button onClick={() => setErasing(true)}>
        <UserX aria-hidden />
        {t.privacy.erase}
      </Button>
      <EraseDialog customer={customer} open={erasing} onOpenChange={setErasing} />
    </>
  );
}

/** Hands a text to the browser as a file. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
