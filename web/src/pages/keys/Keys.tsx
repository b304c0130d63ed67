import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type { KeyRowFragment } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { CreateKey } from './CreateKey.tsx';
import styles from './Keys.module.css';
import { KeysQuery } from './query.ts';
import { RevokeKey } from './RevokeKey.tsx';

/** For whoever connects programs: the keys there are, a new one, and the end of one. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const [creating, setCreating] = useState(false);
  const [leaving, setLeaving] = useState<KeyRowFragment | null>(null);
  const state = useTile(KeysQuery, {}, (data) => data.apiKeys);
  return (
    <>
      <PageHeader title={t.keys.title}>
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus aria-hidden />
          {t.keys.create}
        </Button>
      </PageHeader>
      <Panel
        title={t.keys.title}
        about={t.keys.about}
        state={state}
        flush
        minHeight={220}
        isEmpty={(keys) => keys.length === 0}
        empty={<EmptyState title={t.keys.none} body={t.keys.noneHint} />}
      >
        {(keys) => (
          <Table
            caption={t.keys.title}
            rows={keys}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                label: t.keys.name,
                cell: ({ name, prefix, kind }) => (
                  <>
                    {name}
                    <span className={styles.sub}>
                      {t.keys.kindsShort[kind]} · <code>{prefix}…</code>
                    </span>
                  </>
                ),
              },
              {
                key: 'scopes',
                label: t.keys.scopes,
                wideOnly: true,
                cell: ({ scopes }) => (
                  <span className={styles.scopes}>
                    {scopes.map((scope) => t.keys.scopeNames[scope] ?? scope).join(', ')}
                  </span>
                ),
              },
              {
                key: 'created',
                label: t.keys.created,
                wideOnly: true,
                cell: ({ createdAt }) => formats.moment(createdAt),
              },
              {
                key: 'state',
                label: t.keys.state,
                cell: (key) =>
                  key.revokedAt ? (
                    <Badge>{t.keys.revokedOn(formats.moment(key.revokedAt))}</Badge>
                  ) : (
                    <span className={styles.state}>
                      <Badge tone="good">{t.keys.works}</Badge>
                      <Button onClick={() => setLeaving(key)} aria-label={`${t.keys.revoke}: ${key.name}`}>
                        {t.keys.revoke}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Panel>
      <CreateKey open={creating} onOpenChange={setCreating} />
      <RevokeKey row={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}
