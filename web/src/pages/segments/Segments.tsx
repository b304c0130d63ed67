import { Link } from 'react-router';
import { NoModel } from '../../components/EmptyState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import { Why } from '../../components/Why.tsx';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { DivisionsPanel } from './DivisionsPanel.tsx';
import { FlowPanel } from './FlowPanel.tsx';
import { SegmentsPageQuery } from './query.ts';
import styles from './Segments.module.css';

/** The groups of customers: what each is like, who moved between them, and by which algorithm they were found. */
export function Component() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(SegmentsPageQuery, {}, (data) => data.segments && data, everyMinute);
  return (
    <>
      <PageHeader title={t.nav.segments} />
      <div className={styles.panels}>
        <Panel
          title={t.segmentsPage.groups}
          about={t.segmentsPage.groupsAbout}
          state={state}
          flush
          minHeight={260}
          isEmpty={({ segments }) => !segments || segments.length === 0}
          empty={<NoModel name="users.segmentation" />}
        >
          {({ segments, churnOverview }) => {
            const churn = new Map(churnOverview?.segments.map((one) => [one.segment.id, one]));
            return (
              <Table
                caption={t.segmentsPage.groups}
                rows={segments ?? []}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'segment',
                    label: t.segmentsPage.segment,
                    cell: ({ id, name, description }) => (
                      <>
                        <Link className={styles.name} to={`/customers?segment=${encodeURIComponent(id)}`}>
                          {name}
                        </Link>
                        <span className={`${styles.sub} ${styles.about}`}>{description}</span>
                      </>
                    ),
                  },
                  {
                    key: 'customers',
                    label: t.segmentsPage.customers,
                    number: true,
                    cell: ({ name, description, size, share, asOf, model }) => (
                      <>
                        <Why what={name} definition={description} asOf={asOf} model={model}>
                          {formats.count(size)}
                        </Why>
                        <span className={styles.sub}>{formats.percent(share)}</span>
                      </>
                    ),
                  },
                  {
                    key: 'leaving',
                    label: t.segmentsPage.leaving,
                    number: true,
                    wideOnly: true,
                    cell: ({ id }) => {
                      const one = churn.get(id);
                      return one ? formats.count(one.expectedChurners) : '—';
                    },
                  },
                  {
                    key: 'atRisk',
                    label: t.segmentsPage.atRisk,
                    number: true,
                    cell: ({ id }) => {
                      const one = churn.get(id);
                      return one ? formats.money(one.revenueAtRisk, 'compact') : '—';
                    },
                  },
                ]}
              />
            );
          }}
        </Panel>
        <FlowPanel />
        <DivisionsPanel />
      </div>
    </>
  );
}
