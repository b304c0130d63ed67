import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { CopyLine } from '../../components/CopyLine.tsx';
import { Choices, Field, FormBody, Problem, Ticks } from '../../components/Field.tsx';
import { Modal, ModalFoot } from '../../components/Modal.tsx';
import type { ApiKeyKind } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import { CreateKeyMutation, KeysQuery } from './query.ts';

interface CreateKeyProps {
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** Asks what the key is for, makes it, and shows its secret once. */
export function CreateKey({ open, onOpenChange }: CreateKeyProps) {
  const t = useMessages();
  return (
    <Modal title={t.keys.create} about={t.keys.createAbout} open={open} onOpenChange={onOpenChange}>
      <NewKey onDone={() => onOpenChange(false)} />
    </Modal>
  );
}

interface MadeKey {
  secret: string;
  kind: ApiKeyKind;
}

/** Stands in the open dialog only: each opening starts afresh, and a closed one holds no secret. */
function NewKey({ onDone }: { onDone(): void }) {
  const t = useMessages();
  const { viewer } = useShop();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<ApiKeyKind>('WRITE');
  const offered = (viewer?.scopes ?? []).filter((scope) => scope in t.keys.scopeNames);
  const [scopes, setScopes] = useState<readonly string[]>(['analytics:read', 'customers:read']);
  const [problem, setProblem] = useState<string | null>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [create, { loading }] = useMutation(CreateKeyMutation, { refetchQueries: [KeysQuery] });

  async function make(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    const input = { name, kind, ...(kind === 'API' ? { scopes: [...scopes] } : {}) };
    const { data, error } = await create({ variables: { input } }).catch((error: unknown) => ({ data: null, error }));
    const result = data?.createApiKey;
    if (result?.__typename === 'CreatedApiKey') setMade({ secret: result.secret, kind });
    else setProblem(result?.message ?? toFault(error).message ?? t.keys.failed);
  }

  if (made) {
    return (
      <FormBody>
        <h3>{t.keys.secret}</h3>
        <CopyLine text={made.secret} />
        <p>{t.keys.secretAbout}</p>
        <p>{made.kind === 'WRITE' ? t.keys.tryWrite : t.keys.tryRead}</p>
        <CopyLine text={firstCall(made)} />
        <ModalFoot>
          <Button look="primary" onClick={onDone}>
            {t.keys.close}
          </Button>
        </ModalFoot>
      </FormBody>
    );
  }
  return (
    <form onSubmit={(event) => void make(event)}>
      <FormBody>
        <Field label={t.keys.name} hint={t.keys.nameHint}>
          <input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Choices
          label={t.keys.kind}
          name="kind"
          options={(['WRITE', 'API'] as const).map((value) => ({ value, label: t.keys.kinds[value] }))}
          value={kind}
          onChange={setKind}
        />
        {kind === 'API' ? (
          <Ticks
            label={t.keys.scopes}
            options={offered.map((scope) => ({ value: scope, label: t.keys.scopeNames[scope] ?? scope }))}
            values={scopes}
            onChange={setScopes}
          />
        ) : null}
        <Problem text={problem} />
      </FormBody>
      <ModalFoot>
        <Button onClick={onDone}>{t.keys.cancel}</Button>
        <Button
          look="primary"
          type="submit"
          disabled={loading || name.trim() === '' || (kind === 'API' && scopes.length === 0)}
        >
          {t.keys.make}
        </Button>
      </ModalFoot>
    </form>
  );
}

/** A line for a terminal that uses the key against this very server. */
function firstCall({ secret, kind }: MadeKey): string {
  const { origin } = window.location;
  return kind === 'WRITE'
    ? `curl -u '${secret}:' ${origin}/v1/track -H 'content-type: application/json' -d '{"userId":"first-customer","event":"Product Viewed","properties":{"product_id":"1"}}'`
    : `curl ${origin}/graphql -H 'authorization: Bearer ${secret}' -H 'content-type: application/json' -d '{"query":"{ metrics { orders } }"}'`;
}
