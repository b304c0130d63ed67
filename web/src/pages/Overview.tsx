import type { CSSProperties } from 'react';
import { LiveMark } from '../components/LiveMark.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { useMessages } from '../i18n/locale.tsx';
import { usePeriod } from '../period/use-period.ts';
import { PeriodControls } from '../shell/PeriodControls.tsx';
import { LiveFigures, useFiguresFlow } from '../tiles/kpis/live-figures.tsx';
import { overviewTiles } from '../tiles/registry.ts';
import styles from './Overview.module.css';

/** How the shop does: the tiles of the registry, over the period in the URL. */
export function Component() {
  const t = useMessages();
  const [period, changePeriod] = usePeriod();
  return (
    <LiveFigures period={period}>
      <PageHeader title={t.nav.overview} detail={<FiguresMark />}>
        <PeriodControls period={period} onChange={changePeriod} />
      </PageHeader>
      <div className={styles.grid}>
        {overviewTiles.map(({ id, columns, Tile }) => (
          <div key={id} style={{ '--columns': columns } as CSSProperties} data-tile={id}>
            <Tile period={period} />
          </div>
        ))}
      </div>
    </LiveFigures>
  );
}

function FiguresMark() {
  return <LiveMark live={useFiguresFlow()} />;
}
