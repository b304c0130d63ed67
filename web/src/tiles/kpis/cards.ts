import type { GoodDirection } from '../../format/delta.ts';
import type { PeriodFiguresFragment } from '../../generated/graphql.ts';
import type { Messages } from '../../i18n/en.ts';

type Figures = PeriodFiguresFragment;
type Name =
  | 'revenue'
  | 'netRevenue'
  | 'orders'
  | 'customers'
  | 'newCustomers'
  | 'averageOrderValue'
  | 'refunds'
  | 'conversionRate';

/** One key figure: where it stands in the answer, how it is written, and which way is good. */
export interface KpiCard {
  name: Name & keyof Messages['kpi'];
  unit: 'money' | 'count' | 'percent';
  good: GoodDirection;
  value(figures: Figures): number | null;
  /** The figure point by point, where the answer has it. */
  series?(point: Figures['series'][number]): number;
  /** Not shown where the shop's data can't have it. */
  shown?(figures: Figures): boolean;
}

/** Whether nothing at all happened, now or in the period compared with. */
export function isQuiet({ orders, visits, units, refunds }: Figures): boolean {
  return orders === 0 && visits === 0 && units === 0 && refunds.amountMinor === 0;
}

/** The one table of key figures, in the order shown. */
export const kpiCards: readonly KpiCard[] = [
  {
    name: 'revenue',
    unit: 'money',
    good: 'up',
    value: ({ revenue }) => revenue.amountMinor,
    series: ({ revenue }) => revenue.amountMinor,
  },
  { name: 'orders', unit: 'count', good: 'up', value: ({ orders }) => orders, series: ({ orders }) => orders },
  {
    name: 'customers',
    unit: 'count',
    good: 'up',
    value: ({ customers }) => customers,
    series: ({ customers }) => customers,
  },
  { name: 'newCustomers', unit: 'count', good: 'up', value: ({ newCustomers }) => newCustomers },
  {
    name: 'averageOrderValue',
    unit: 'money',
    good: 'up',
    value: ({ averageOrderValue }) => averageOrderValue?.amountMinor ?? null,
    series: ({ revenue, orders }) => (orders > 0 ? revenue.amountMinor / orders : 0),
  },
  {
    name: 'refunds',
    unit: 'money',
    good: 'down',
    value: ({ refunds }) => refunds.amountMinor,
    series: ({ revenue, netRevenue }) => revenue.amountMinor - netRevenue.amountMinor,
  },
  {
    name: 'conversionRate',
    unit: 'percent',
    good: 'up',
    value: ({ conversionRate }) => conversionRate ?? null,
    series: ({ orders, visits }) => (visits > 0 ? orders / visits : 0),
    shown: ({ conversionRate }) => conversionRate != null && conversionRate < 1,
  },
];
