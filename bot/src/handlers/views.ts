import { anomaliesView } from './anomalies.ts';
import { atRiskView } from './at-risk.ts';
import { chartView } from './chart.ts';
import { customerView } from './customer.ts';
import { experimentsView } from './experiments.ts';
import { menuView } from './menu.ts';
import { modelsView } from './models.ts';
import { overviewView } from './overview.ts';
import { productsView } from './products.ts';
import { segmentsView } from './segments.ts';
import type { View } from './view.ts';

/** Every place of the menu, by the name that buttons carry. */
export const views: ReadonlyMap<string, View> = new Map(
  [
    menuView,
    overviewView,
    chartView,
    segmentsView,
    atRiskView,
    customerView,
    productsView,
    anomaliesView,
    modelsView,
    experimentsView,
  ].map((view) => [view.name, view]),
);
