import type { CSSProperties } from 'react';
import { PageHeader } from '../components/PageHeader.tsx';
import { useMessages } from '../i18n/locale.tsx';
import { usePeriod } from '../period/use-period.ts';
import { PeriodControls } from '../shell/PeriodControls.tsx';
import { overviewTiles } from '../tiles/registry.ts';
import styles from './Overview.module.css';

/** How the shop does: the tiles of the registry, over the period in the URL. */
export function Component() {
  const t = useMessages();
  const [period, changePeriod] = usePeriod();
  return (
    <>
      <PageHeader title={t.nav.overview}>
        <PeriodControls period={period} onChange={changePeriod} />
      </PageHeader>
      <div className={styles.grid}>
        {overviewTiles.map(({ id, columns, Tile }) => (
          <div key={id} style={{ '--columns': columns } as CSSProperties} data-tile={id}>
            <Tile period={period} />
          </div>
        ))}
      </div>
    </>
  );
}
