import { Link } from 'react-router';
import { groupColor } from '../../charts/palette.ts';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { NoModel } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { SegmentsQuery } from './query.ts';
import styles from './Tile.module.css';

/** The segments: how many customers, how much revenue, what a typical one is like. */
export function SegmentsTile() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(SegmentsQuery, {}, (data) => data.segments, everyMinute);
  return (
    <Panel
      title={t.segments.title}
      about={t.segments.about}
      state={state}
      minHeight={300}
      isEmpty={(segments) => segments.length === 0}
      empty={<NoModel name="users.segmentation" />}
    >
      {(segments) => {
        const revenueOf = (index: number) => Math.max(0, segments[index]?.profile.revenue.amountMinor ?? 0);
        const revenue = segments.reduce((sum, _, index) => sum + revenueOf(index), 0);
        return (
          <>
            <div className={styles.bars}>
              <span>{t.segments.share}</span>
              <ShareBar parts={segments.map(({ key, share }, index) => ({ key, share, color: groupColor(index) }))} />
              <span>{t.segments.revenueShare}</span>
              <ShareBar
                parts={segments.map(({ key }, index) => ({
                  key,
                  share: revenue > 0 ? revenueOf(index) / revenue : 0,
                  color: groupColor(index),
                }))}
              />
            </div>
            <ul className={styles.list}>
              <li className={`${styles.row} ${styles.headings}`} aria-hidden>
                <span />
                <span>{t.segments.name}</span>
                <span className={styles.number}>{t.segments.share}</span>
                <span className={styles.number}>{t.segments.revenue}</span>
                <span className={`${styles.number} ${styles.hideable}`}>{t.churn.probability}</span>
              </li>
              {segments.map(({ id, name, description, size, share, profile, model, asOf }, index) => (
                <li key={id} className={styles.row}>
                  <span className={styles.swatch} style={{ background: groupColor(index) }} />
                  <span>
                    <Link
                      className={styles.name}
                      to={`/customers?segment=${encodeURIComponent(id)}`}
                      aria-label={t.segments.open(name)}
                    >
                      {name}
                    </Link>
                    <span className={`${styles.about} ${styles.sub}`}>
                      {t.segments.profile(
                        Math.round(profile.frequency * 10) / 10,
                        Math.round(profile.recencyDays),
                        formats.money(profile.monetary, 'whole'),
                      )}
                    </span>
                  </span>
                  <span className={styles.number}>
                    <Why what={name} definition={description} asOf={asOf} model={model}>
                      {formats.count(size)}
                    </Why>
                    <span className={styles.sub}>{formats.percent(share)}</span>
                  </span>
                  <span className={styles.number}>
                    {formats.money(profile.revenue, 'compact')}
                    <span className={styles.sub}>{revenue > 0 ? formats.percent(revenueOf(index) / revenue) : ''}</span>
                  </span>
                  <span className={`${styles.number} ${styles.hideable}`}>
                    {profile.churnProbability == null ? '—' : formats.percent(profile.churnProbability, 0)}
                  </span>
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Panel>
  );
}
