import { useApolloClient, useLazyQuery, useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Button } from '../../../components/Button.tsx';
import { Choices, Field, FormBody, Problem } from '../../../components/Field.tsx';
import { Modal, ModalFoot } from '../../../components/Modal.tsx';
import type { AfterErasure, ErasureMode, ReceiptFragment } from '../../../generated/graphql.ts';
import { toFault } from '../../../graph/fault.ts';
import { useMessages } from '../../../i18n/locale.tsx';
import { useFormats } from '../../../shell/shop-context.tsx';
import styles from './EraseDialog.module.css';
import { EraseMutation, VerifyErasureQuery } from './query.ts';

interface EraseDialogProps {
  customer: { id: string; externalId: string };
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** Erases a person: what is to become of their events, the id typed once more, then the receipt. */
export function EraseDialog({ customer, open, onOpenChange }: EraseDialogProps) {
  const t = useMessages();
  const client = useApolloClient();
  const navigate = useNavigate();
  const [receipt, setReceipt] = useState<ReceiptFragment | null>(null);

  /** Nothing of the person stays on screen or in this page's memory. */
  async function leave() {
    await navigate('/customers');
    await client.resetStore().catch(() => undefined);
  }

  return (
    <Modal
      title={receipt ? t.privacy.erased : t.privacy.eraseTitle(customer.externalId)}
      about={receipt ? t.privacy.receiptAbout : t.privacy.eraseAbout}
      open={open}
      onOpenChange={(next) => (receipt && !next ? void leave() : onOpenChange(next))}
    >
      {receipt ? (
        <Receipt receipt={receipt} onDone={() => void leave()} />
      ) : (
        <EraseForm customer={customer} onErased={setReceipt} onCancel={() => onOpenChange(false)} />
      )}
    </Modal>
  );
}

interface EraseFormProps {
  customer: { id: string; externalId: string };
  onErased(receipt: ReceiptFragment): void;
  onCancel(): void;
}

function EraseForm({ customer, onErased, onCancel }: EraseFormProps) {
  const t = useMessages();
  const [mode, setMode] = useState<ErasureMode>('WIPE');
  const [afterwards, setAfterwards] = useState<AfterErasure>('REFUSE');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [erase, { loading }] = useMutation(EraseMutation);

  async function carryOut(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    const { data, error } = await erase({ variables: { input: { ids: [customer.id], mode, afterwards } } }).catch(
      (error: unknown) => ({ data: null, error }),
    );
    const result = data?.eraseCustomers;
    if (result?.__typename === 'ErasureReceipt') onErased(result);
    else setProblem(result?.message ?? toFault(error).message ?? t.privacy.eraseFailed);
  }

  return (
    <form onSubmit={(event) => void carryOut(event)}>
      <FormBody>
        <Choices
          label={t.privacy.mode}
          name="mode"
          options={(['WIPE', 'KEEP_TOTALS'] as const).map((value) => ({ value, label: t.privacy.modes[value] }))}
          value={mode}
          onChange={setMode}
        />
        <Choices
          label={t.privacy.afterwards}
          name="afterwards"
          options={(['REFUSE', 'NEW_CUSTOMER'] as const).map((value) => ({
            value,
            label: t.privacy.afterwardsOf[value],
          }))}
          value={afterwards}
          onChange={setAfterwards}
        />
        <Field label={t.privacy.confirm(customer.externalId)}>
          <input
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
        <Problem text={problem} />
      </FormBody>
      <ModalFoot>
        <Button onClick={onCancel}>{t.privacy.cancel}</Button>
        <Button look="primary" type="submit" disabled={loading || typed.trim() !== customer.externalId}>
          {loading ? t.privacy.erasing : t.privacy.eraseNow}
        </Button>
      </ModalFoot>
    </form>
  );
}

function Receipt({ receipt, onDone }: { receipt: ReceiptFragment; onDone(): void }) {
  const t = useMessages();
  const formats = useFormats();
  const [verify, { data, loading, error }] = useLazyQuery(VerifyErasureQuery, { fetchPolicy: 'no-cache' });
  const check = data?.verifyErasure;
  return (
    <FormBody>
      <p>
        {t.privacy.receipt}: <code>{receipt.id}</code>
      </p>
      <dl className={styles.places}>
        {receipt.places.map(({ place, rows }) => (
          <div key={place}>
            <dt>
              <code>{place}</code>
            </dt>
            <dd className="tabular">{formats.count(rows)}</dd>
          </div>
        ))}
      </dl>
      {check ? (
        <p className={check.complete ? styles.good : undefined}>
          {check.complete
            ? t.privacy.complete
            : check.found.length > 0
              ? t.privacy.found(check.found.map(({ place, rows }) => `${place}: ${formats.count(rows)}`).join(', '))
              : t.privacy.rebuilding(check.rebuilding.join(', '))}
        </p>
      ) : null}
      <Problem text={error ? (toFault(error).message ?? t.panel.failed) : null} />
      <ModalFoot>
        <Button disabled={loading} onClick={() => void verify({ variables: { receipt: receipt.id } })}>
          {t.privacy.verify}
        </Button>
        <Button look="primary" onClick={onDone}>
          {t.privacy.done}
        </Button>
      </ModalFoot>
    </FormBody>
  );
}
