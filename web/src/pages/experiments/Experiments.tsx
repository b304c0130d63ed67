import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Segmented } from '../../components/Segmented.tsx';
import { Table } from '../../components/Table.tsx';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats, useShop } from '../../shell/shop-context.tsx';
import { DefineExperiment } from './DefineExperiment.tsx';
import styles from './Experiments.module.css';
import { ExperimentsQuery } from './query.ts';
import { decisionTone, statusTone } from './tones.ts';

/** What is being tried, and what there is to say of it. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const navigate = useNavigate();
  const { viewer } = useShop();
  const [search, setSearch] = useSearchParams();
  const [defining, setDefining] = useState(false);
  const mayChange = viewer?.scopes.includes('experiments:write') ?? false;
  const shelf = search.get('shelf') === 'archived' ? 'archived' : 'open';
  const state = useTile(
    ExperimentsQuery,
    { status: shelf === 'archived' ? ('ARCHIVED' as const) : null },
    (data) => data.experiments,
    everyMinute,
  );
  const define = mayChange ? (
    <Button look="primary" onClick={() => setDefining(true)}>
      <Plus aria-hidden />
      {t.experiments.create}
    </Button>
  ) : null;
  return (
    <>
      <PageHeader title={t.experiments.title}>
        <Segmented
          label={t.experiments.shelf}
          options={[
            { value: 'open', label: t.experiments.shelves.open },
            { value: 'archived', label: t.experiments.shelves.archived },
          ]}
          value={shelf}
          onChange={(next) => setSearch(next === 'archived' ? { shelf: next } : {}, { replace: true })}
        />
        {define}
      </PageHeader>
      <Panel
        title={t.experiments.title}
        about={t.experiments.about}
        state={state}
        flush
        minHeight={220}
        isEmpty={(rows) => rows.length === 0}
        empty={
          shelf === 'archived' ? (
            <EmptyState title={t.experiments.noneArchived} />
          ) : (
            <EmptyState
              title={t.experiments.none}
              body={mayChange ? t.experiments.noneHint : t.experiments.noneHintReader}
            >
              {define}
            </EmptyState>
          )
        }
      >
        {(rows) => (
          <Table
            caption={t.experiments.title}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                label: t.experiments.name,
                cell: ({ id, name, key, kind }) => (
                  <>
                    <Link to={`/experiments/${id}`}>{name}</Link>
                    <span className={styles.sub}>
                      {t.experiments.kindsShort[kind]} · <code>{key}</code>
                    </span>
                  </>
                ),
              },
              {
                key: 'status',
                label: t.experiments.status,
                cell: ({ status }) => <Badge tone={statusTone[status]}>{t.experiments.statuses[status]}</Badge>,
              },
              {
                key: 'decision',
                label: t.experiments.verdict,
                cell: ({ results, variants }) =>
                  results ? (
                    <Badge tone={decisionTone[results.decision.code]}>
                      {t.experiments.decisions[results.decision.code](
                        variants.find(({ key }) => key === results.decision.variant)?.name ?? '',
                      )}
                    </Badge>
                  ) : (
                    '—'
                  ),
              },
              {
                key: 'people',
                label: t.experiments.people,
                number: true,
                wideOnly: true,
                cell: ({ results }) => (results ? formats.count(results.people) : '—'),
              },
              {
                key: 'started',
                label: t.experiments.started,
                wideOnly: true,
                cell: ({ startedAt }) => (startedAt ? formats.momentDay(startedAt) : '—'),
              },
            ]}
          />
        )}
      </Panel>
      <DefineExperiment
        open={defining}
        onOpenChange={setDefining}
        onDefined={(id) => void navigate(`/experiments/${id}`)}
      />
    </>
  );
}
