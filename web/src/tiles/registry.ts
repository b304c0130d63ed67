import type { ComponentType } from 'react';
import type { Period } from '../period/period.ts';
import { AnomaliesTile } from './anomalies/Tile.tsx';
import { ChurnOverviewTile } from './churn-overview/Tile.tsx';
import { ChurnRisksTile } from './churn-risks/Tile.tsx';
import { ForecastTile } from './forecast/Tile.tsx';
import { KpisTile } from './kpis/Tile.tsx';
import { ModelsHealthTile } from './models-health/Tile.tsx';
import { RevenueTile } from './revenue/Tile.tsx';
import { SegmentsTile } from './segments/Tile.tsx';

/** What every tile of the Overview is given. */
export interface TileProps {
  period: Period;
}

/** A tile's place on the Overview: how many of twelve columns it takes on a wide screen. */
export interface TileEntry {
  id: string;
  columns: 4 | 5 | 6 | 7 | 8 | 12;
  Tile: ComponentType<TileProps>;
}

/** The Overview's tiles in the order shown. A new tile is a folder and a line here. */
export const overviewTiles: readonly TileEntry[] = [
  { id: 'kpis', columns: 12, Tile: KpisTile },
  { id: 'revenue', columns: 8, Tile: RevenueTile },
  { id: 'anomalies', columns: 4, Tile: AnomaliesTile },
  { id: 'segments', columns: 6, Tile: SegmentsTile },
  { id: 'churn-risks', columns: 6, Tile: ChurnRisksTile },
  { id: 'forecast', columns: 6, Tile: ForecastTile },
  { id: 'churn-overview', columns: 6, Tile: ChurnOverviewTile },
  { id: 'models-health', columns: 12, Tile: ModelsHealthTile },
];
