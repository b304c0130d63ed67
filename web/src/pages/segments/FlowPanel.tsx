import { groupColor } from '../../charts/palette.ts';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type { SegmentFlowQuery as Answer } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { SegmentFlowQuery } from './query.ts';
import styles from './Segments.module.css';

type Move = NonNullable<Answer['segmentFlow']>['moves'][number];

/** Where the customers of one segment before are now, most of them first. */
interface Origin {
  from: string | null;
  customers: number;
  moves: Move[];
}

/** Who moved from which segment to which between the latest two trainings: a row and a bar for each segment before. */
export function FlowPanel() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(SegmentFlowQuery, {}, (data) => data.segmentFlow);
  return (
    <Panel
      title={t.segmentsPage.flow}
      about={t.segmentsPage.flowAbout}
      state={state}
      flush
      minHeight={200}
      empty={<EmptyState title={t.segmentsPage.flowNone} command="npm run train -- users.segmentation" />}
    >
      {({ from, to, moves }) => {
        const origins = byOrigin(moves);
        const names = [...new Set(moves.map((move) => move.to ?? null))];
        const colorOf = (name: string | null | undefined): string =>
          name == null ? 'var(--line-strong)' : groupColor(names.filter((one) => one !== null).indexOf(name));
        const all = moves.reduce((sum, { customers }) => sum + customers, 0);
        const stayed = moves.reduce((sum, move) => sum + (move.stayed ? move.customers : 0), 0);
        return (
          <>
            <p className={styles.note}>
              {from && to
                ? `${t.segmentsPage.flowVersions(formats.count(from.version), formats.count(to.version))}. `
                : ''}
              {all > 0 ? t.segmentsPage.stayedSum(formats.count(stayed), formats.percent(stayed / all)) : ''}
            </p>
            <Table
              caption={t.segmentsPage.flow}
              rows={origins}
              rowKey={({ from: name }) => name ?? ''}
              columns={[
                {
                  key: 'from',
                  label: t.segmentsPage.from,
                  cell: (origin) => (
                    <>
                      <span className={styles.name}>{origin.from ?? t.segmentsPage.none}</span>
                      <span className={styles.sub}>{formats.count(origin.customers)}</span>
                    </>
                  ),
                },
                {
                  key: 'to',
                  label: t.segmentsPage.to,
                  cell: (origin) => (
                    <>
                      <ShareBar
                        parts={origin.moves.map((move) => ({
                          key: move.to ?? '',
                          share: move.customers / origin.customers,
                          color: colorOf(move.to),
                        }))}
                      />
                      <ul className={styles.moves}>
                        {origin.moves.map((move) => (
                          <li key={move.to ?? ''}>
                            <span className={styles.swatch} style={{ background: colorOf(move.to) }} />
                            {move.to ?? t.segmentsPage.none}
                            {move.stayed ? ` (${t.segmentsPage.stayed})` : ''}: {formats.count(move.customers)},{' '}
                            {formats.percent(move.customers / origin.customers)}
                          </li>
                        ))}
                      </ul>
                    </>
                  ),
                },
              ]}
            />
          </>
        );
      }}
    </Panel>
  );
}

/** Moves by the segment before; those that were in none come last. */
function byOrigin(moves: readonly Move[]): Origin[] {
  const found = new Map<string | null, Origin>();
  for (const move of moves) {
    const from = move.from ?? null;
    const origin = found.get(from) ?? { from, customers: 0, moves: [] };
    origin.customers += move.customers;
    origin.moves.push(move);
    found.set(from, origin);
  }
  for (const origin of found.values()) origin.moves.sort((a, b) => b.customers - a.customers);
  return [...found.values()].sort(
    (a, b) => Number(a.from === null) - Number(b.from === null) || b.customers - a.customers,
  );
}
