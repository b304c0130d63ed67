import { Link } from 'react-router';
import { Contributions } from '../../components/Contributions.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import { useMessages } from '../../i18n/locale.tsx';
import type { CustomerAnswer, PartProps } from './answer.ts';
import styles from './Customer.module.css';

/** Which segment, and what tells this customer from the second nearest one. */
export function SegmentPanel({ state }: PartProps<CustomerAnswer['segment']>) {
  const t = useMessages();
  return (
    <Panel
      title={t.customer.segment}
      about={t.customer.segmentAbout}
      state={state}
      minHeight={220}
      empty={<EmptyState title={t.customer.noSegment} />}
    >
      {(segment) => (
        <>
          <div className={styles.figure}>
            <span className={styles.big}>
              <Why
                what={segment.name}
                definition={segment.segment.description}
                reasons={segment.reasons}
                asOf={segment.asOf}
                model={segment.model}
              >
                {segment.name}
              </Why>
            </span>
            <Link
              className={`${styles.muted} ${styles.name}`}
              to={`/customers?segment=${encodeURIComponent(segment.segment.id)}`}
            >
              {t.panel.more}
            </Link>
          </div>
          <p className={styles.description}>{segment.segment.description}</p>
          <Contributions reasons={segment.reasons} limit={4} />
        </>
      )}
    </Panel>
  );
}
