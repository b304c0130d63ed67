import { Badge, type Tone } from '../../components/Badge.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type { HealthStatus } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { SystemStatusQuery } from './query.ts';

const tones: Record<HealthStatus, Tone> = { UP: 'good', DEGRADED: 'warn', DOWN: 'bad', OFF: 'plain' };

/** Often enough to see a part come back while one waits for it. */
const everyTenSeconds = { pollMs: 10_000 };

/** How every part of the system does, since when, and how old what it has is. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(SystemStatusQuery, {}, (data) => data.health, everyTenSeconds);
  const names: Readonly<Record<string, string>> = t.status.parts;
  return (
    <>
      <PageHeader title={t.status.title} />
      <Panel
        title={state.value?.text ?? t.status.title}
        about={t.status.about}
        state={state}
        flush
        minHeight={320}
        isEmpty={({ parts }) => parts.length === 0}
        empty={<EmptyState title={t.status.nothing} />}
        actions={
          state.value ? <Badge tone={tones[state.value.status]}>{t.status.states[state.value.status]}</Badge> : null
        }
      >
        {({ parts }) => (
          <Table
            caption={t.status.title}
            rows={parts}
            rowKey={({ name }) => name}
            columns={[
              { key: 'name', label: t.status.part, cell: ({ name }) => names[name] ?? name },
              {
                key: 'status',
                label: t.status.state,
                cell: ({ status }) => <Badge tone={tones[status]}>{t.status.states[status]}</Badge>,
              },
              { key: 'text', label: t.status.means, cell: ({ text }) => text },
              {
                key: 'age',
                label: t.status.age,
                number: true,
                wideOnly: true,
                cell: ({ ageSeconds }) =>
                  ageSeconds == null
                    ? ''
                    : formats.ago(new Date(Date.now() - ageSeconds * 1000).toISOString(), Date.now()),
              },
              {
                key: 'since',
                label: t.status.since,
                number: true,
                wideOnly: true,
                cell: ({ since }) => <span title={formats.moment(since)}>{formats.ago(since, Date.now())}</span>,
              },
            ]}
          />
        )}
      </Panel>
    </>
  );
}
