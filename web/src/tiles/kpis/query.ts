import { graphql } from '../../generated/gql.ts';

/** The figures of a period, of the one compared with, and how both came about. The chart beside the key figures asks the same. */
export const FiguresQuery = graphql(`
  query Figures($range: MetricRange!, $between: DateRange, $compareTo: Comparison, $interval: MetricInterval!) {
    metrics(range: $range, between: $between, compareTo: $compareTo, interval: $interval) {
      ...PeriodFigures
      comparison {
        ...PeriodFigures
      }
    }
  }

  fragment PeriodFigures on Metrics {
    asOf
    period {
      from
      to
    }
    revenue {
      amountMinor
      currency
    }
    netRevenue {
      amountMinor
      currency
    }
    refunds {
      amountMinor
      currency
    }
    averageOrderValue {
      amountMinor
      currency
    }
    orders
    customers
    newCustomers
    units
    visits
    conversionRate
    series {
      date
      revenue {
        amountMinor
        currency
      }
      netRevenue {
        amountMinor
        currency
      }
      orders
      customers
      units
      visits
    }
  }
`);

/** The same figures, whenever they have changed. */
export const FiguresChanged = graphql(`
  subscription FiguresChanged(
    $range: MetricRange!
    $between: DateRange
    $compareTo: Comparison
    $interval: MetricInterval!
  ) {
    metricsChanged(range: $range, between: $between, compareTo: $compareTo, interval: $interval) {
      ...PeriodFigures
      comparison {
        ...PeriodFigures
      }
    }
  }
`);
