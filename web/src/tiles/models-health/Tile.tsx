import { ArrowRight } from 'lucide-react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MoreLink } from '../../components/MoreLink.tsx';
import { Panel } from '../../components/Panel.tsx';
import type { ModelsHealthQuery as Answer } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { ModelsHealthQuery } from './query.ts';
import styles from './Tile.module.css';

type Model = NonNullable<Answer['models']>[number];

/** A glance at every model: does it answer, how old is it, is it better than its baseline. */
export function ModelsHealthTile() {
  const t = useMessages();
  const state = useTile(ModelsHealthQuery, {}, (data) => data.models, everyMinute);
  return (
    <Panel
      title={t.models.title}
      about={t.models.about}
      state={state}
      flush
      minHeight={110}
      isEmpty={(models) => models.length === 0}
      empty={<EmptyState title={t.empty.noModel} />}
      actions={
        <MoreLink to="/models">
          {t.panel.more}
          <ArrowRight aria-hidden />
        </MoreLink>
      }
    >
      {(models) => (
        <div className={styles.clip}>
          <ul className={styles.grid}>
            {models.map((model) => (
              <Health key={model.name} model={model} />
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

function Health({ model: { title, status, served, unavailable } }: { model: Model }) {
  const t = useMessages();
  const formats = useFormats();
  const metric = served?.primaryMetric;
  return (
    <li className={styles.model}>
      <span className={styles.name}>
        <span className={`${styles.dot} ${styles[status]}`} title={t.models.statuses[status]} />
        {title}
      </span>
      {served && metric ? (
        <>
          <span className={styles.metric}>
            {metric.title} {formats.decimal(metric.value, 3)}{' '}
            {metric.baselineTitle && metric.baseline != null ? (
              <span className={styles.muted}>
                {metric.baselineTitle}: {formats.decimal(metric.baseline, 3)}
              </span>
            ) : null}
          </span>
          <span className={styles.muted}>
            {t.models.version(served.version)}, {t.why.trainedAgo(formats.ago(served.trainedAt, Date.now()))}
          </span>
        </>
      ) : (
        <span className={styles.muted}>{unavailable?.text ?? t.models.statuses[status]}</span>
      )}
    </li>
  );
}
