import { Activity, Eye, type LucideIcon, Mail, Merge, Shapes, ShoppingBag, Undo2, UserRoundPen } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { ChoiceMenu } from '../../components/ChoiceMenu.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FaultNote } from '../../components/FaultNote.tsx';
import { Loading, Panel } from '../../components/Panel.tsx';
import type { CustomerTimelineQuery as Answer, TimelineKind } from '../../generated/graphql.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import styles from './Timeline.module.css';
import { CustomerTimelineQuery } from './timeline-query.ts';

type Timeline = NonNullable<NonNullable<Answer['customer']>['timeline']>;
type Entry = Timeline['edges'][number]['node'];

/** What can be shown alone; null for everything. */
const groups = {
  all: null,
  orders: ['ORDER', 'REFUND'],
  visits: ['VISIT'],
  messages: ['MESSAGE', 'PROFILE', 'MERGE'],
  models: ['SEGMENT', 'CHURN_BAND'],
} as const satisfies Record<string, readonly TimelineKind[] | null>;
type Group = keyof typeof groups;

const icons: Record<TimelineKind, LucideIcon> = {
  ORDER: ShoppingBag,
  REFUND: Undo2,
  VISIT: Eye,
  MESSAGE: Mail,
  PROFILE: UserRoundPen,
  MERGE: Merge,
  SEGMENT: Shapes,
  CHURN_BAND: Activity,
};

/** What happened to one customer, newest first, a page at a time. */
export function TimelinePanel({ customer }: { customer: string }) {
  const t = useMessages();
  const [group, setGroup] = useState<Group>('all');
  const [after, setAfter] = useState<readonly string[]>([]);
  const kinds: TimelineKind[] | null = groups[group] && [...groups[group]];
  const state = useTimeline(customer, kinds, null);
  return (
    <Panel
      title={t.customer.timeline}
      about={t.customer.timelineAbout}
      state={state}
      minHeight={260}
      empty={<EmptyState title={t.customer.timelineNone} />}
      actions={
        <ChoiceMenu
          label={t.customer.timelineShow}
          value={group}
          choices={Object.entries(t.customer.timelineGroups).map(([value, label]) => ({ value, label }))}
          onChange={(value) => {
            setGroup(value as Group);
            setAfter([]);
          }}
        />
      }
    >
      {(first) =>
        first.edges.length === 0 ? (
          <EmptyState title={t.customer.timelineNone} />
        ) : (
          <>
            <Entries timeline={first} />
            {after.length === 0 ? (
              <More timeline={first} onMore={(cursor) => setAfter([cursor])} />
            ) : (
              after.map((cursor, place) => (
                <FurtherPage
                  key={cursor}
                  customer={customer}
                  kinds={kinds}
                  after={cursor}
                  last={place === after.length - 1}
                  onMore={(next) => setAfter([...after, next])}
                />
              ))
            )}
          </>
        )
      }
    </Panel>
  );
}

const useTimeline = (id: string, kinds: TimelineKind[] | null, after: string | null) =>
  useTile(CustomerTimelineQuery, { id, kinds, after }, (data) => data.customer?.timeline);

interface FurtherPageProps {
  customer: string;
  kinds: TimelineKind[] | null;
  after: string;
  /** Nothing further was asked for yet. */
  last: boolean;
  onMore(cursor: string): void;
}

/** A page that was asked for; it fails and comes back on its own. */
function FurtherPage({ customer, kinds, after, last, onMore }: FurtherPageProps) {
  const { value, fault, retry } = useTimeline(customer, kinds, after);
  if (!value) return fault ? <FaultNote fault={fault} retry={retry} /> : <Loading />;
  return (
    <>
      <Entries timeline={value} />
      {last ? <More timeline={value} onMore={onMore} /> : null}
    </>
  );
}

function More({ timeline: { pageInfo }, onMore }: { timeline: Timeline; onMore(cursor: string): void }) {
  const t = useMessages();
  const { hasNextPage, endCursor } = pageInfo;
  return (
    <p className={styles.more}>
      {hasNextPage && endCursor ? (
        <Button onClick={() => onMore(endCursor)}>{t.customer.timelineMore}</Button>
      ) : (
        <span className={styles.when}>{t.customer.timelineEnd}</span>
      )}
    </p>
  );
}

function Entries({ timeline }: { timeline: Timeline }) {
  return (
    <ol className={styles.entries}>
      {timeline.edges.map(({ node }) => (
        <TimelineEntry key={node.id} entry={node} />
      ))}
    </ol>
  );
}

function TimelineEntry({ entry: { kind, at, text } }: { entry: Entry }) {
  const t = useMessages();
  const formats = useFormats();
  const Icon = icons[kind];
  return (
    <li className={styles.entry} data-kind={kind}>
      <span className={styles.icon}>
        <Icon aria-hidden />
        <span className="visually-hidden">{t.customer.timelineKinds[kind]}: </span>
      </span>
      <span className={styles.text}>{text}</span>
      <time className={styles.when} dateTime={at}>
        {kind === 'VISIT' ? formats.day(at.slice(0, 10)) : formats.moment(at)}
      </time>
    </li>
  );
}
