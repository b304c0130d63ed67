import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { Why } from '../../components/Why.tsx';
import type { DivisionFragment } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { SegmentationsQuery } from './query.ts';
import styles from './Segments.module.css';

/** The same customers divided by each algorithm: into what, how sure, by which version. */
export function DivisionsPanel() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(
    SegmentationsQuery,
    {},
    ({ kmeans, dbscan, rules }) => {
      const found = [kmeans, dbscan, rules].filter((one) => one != null);
      return found.length > 0 ? found : null;
    },
    everyMinute,
  );
  const quality = ({ silhouette, stability, persistence, eps, minPoints }: DivisionFragment): string =>
    [
      silhouette == null ? '' : t.segmentsPage.silhouette(formats.decimal(silhouette)),
      stability == null ? '' : t.segmentsPage.stability(formats.decimal(stability)),
      persistence == null ? '' : t.segmentsPage.persistence(formats.percent(persistence, 0)),
      eps == null || minPoints == null ? '' : t.segmentsPage.parameters(formats.decimal(eps), formats.count(minPoints)),
    ]
      .filter(Boolean)
      .join('; ');
  return (
    <Panel title={t.segmentsPage.ways} about={t.segmentsPage.waysAbout} state={state} flush minHeight={180}>
      {(divisions) => (
        <Table
          caption={t.segmentsPage.ways}
          rows={divisions}
          rowKey={({ algorithm }) => algorithm}
          columns={[
            {
              key: 'algorithm',
              label: t.segmentsPage.algorithm,
              cell: ({ algorithm, customers, unavailable }) => (
                <>
                  <span className={styles.name}>{t.segmentsPage.algorithms[algorithm]}</span>
                  <span className={styles.sub}>
                    {unavailable?.text ?? `${t.segmentsPage.customers}: ${formats.count(customers)}`}
                  </span>
                </>
              ),
            },
            {
              key: 'parts',
              label: t.segmentsPage.parts,
              cell: ({ algorithm, parts, asOf, model }) =>
                parts.length === 0 ? (
                  '—'
                ) : (
                  <>
                    <Why
                      what={t.segmentsPage.algorithms[algorithm]}
                      definition={t.segmentsPage.qualityAbout}
                      asOf={asOf}
                      model={model}
                    >
                      {formats.count(parts.length)}
                    </Why>
                    <span className={styles.sub}>
                      {parts.map(({ name, size }) => `${name}: ${formats.count(size)}`).join('; ')}
                    </span>
                  </>
                ),
            },
            {
              key: 'outside',
              label: t.segmentsPage.outside,
              number: true,
              wideOnly: true,
              cell: ({ outside, parts }) => (parts.length === 0 ? '—' : formats.count(outside)),
            },
            {
              key: 'quality',
              label: t.segmentsPage.quality,
              wideOnly: true,
              cell: (division) => <span className={styles.sub}>{quality(division) || '—'}</span>,
            },
          ]}
        />
      )}
    </Panel>
  );
}
