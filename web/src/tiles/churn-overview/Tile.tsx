import { Link } from 'react-router';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { EmptyState, NoModel } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Why } from '../../components/Why.tsx';
import type { ChurnBand } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { ChurnOverviewQuery } from './query.ts';
import styles from './Tile.module.css';

const colors: Record<ChurnBand, string> = { LOW: 'var(--good)', MEDIUM: 'var(--cat-3)', HIGH: 'var(--bad)' };

/** How many customers are expected to leave, what that costs, and what leavers have in common. */
export function ChurnOverviewTile() {
  const t = useMessages();
  const formats = useFormats();
  const state = useTile(ChurnOverviewQuery, {}, (data) => data.churnOverview, everyMinute);
  return (
    <Panel
      title={t.churnOverview.title}
      about={t.churnOverview.about}
      state={state}
      minHeight={300}
      empty={<NoModel name="users.churn" />}
    >
      {({ customers, expectedChurners, revenueAtRisk, bands, rules, horizonDays, unavailable, asOf, model }) =>
        customers === 0 ? (
          <EmptyState title={unavailable?.text ?? t.empty.noModel} />
        ) : (
          <>
            <dl className={styles.figures}>
              <div className={styles.figure}>
                <dt>{t.churnOverview.leaving(horizonDays)}</dt>
                <dd>
                  <Why what={t.churnOverview.title} definition={t.churnOverview.leavingAbout} asOf={asOf} model={model}>
                    {formats.count(expectedChurners)}
                  </Why>
                </dd>
              </div>
              <div className={styles.figure}>
                <dt>{t.churn.risk}</dt>
                <dd>
                  <Why what={t.churn.risk} definition={t.churnOverview.riskAbout} asOf={asOf} model={model}>
                    {formats.money(revenueAtRisk, 'whole')}
                  </Why>
                </dd>
              </div>
            </dl>
            <div className={styles.bands}>
              <ShareBar
                parts={bands.map(({ band, customers: share }) => ({ key: band, share, color: colors[band] }))}
              />
              <ul className={styles.legend}>
                {bands.map(({ band, customers: size }) => (
                  <li key={band}>
                    <Link to={`/customers?churn=${band.toLowerCase()}`}>
                      <span className={styles.dot} style={{ background: colors[band] }} />
                      {t.churn.bands[band]}: {t.segments.customers(size)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
            {rules.length > 0 ? <p className={styles.title}>{t.churnOverview.rules}</p> : null}
            <ul className={styles.rules}>
              {rules.slice(0, 4).map(({ text, left }) => (
                <li key={text}>
                  <span>{text}</span>
                  <span className={styles.left}>{t.churnOverview.left(formats.percent(left, 0))}</span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Panel>
  );
}
