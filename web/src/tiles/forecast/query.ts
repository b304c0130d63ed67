import { graphql } from '../../generated/gql.ts';

/** What the next days are expected to bring. */
export const ForecastQuery = graphql(`
  query Forecast($metric: MetricName!, $days: Int!) {
    forecast(metric: $metric, days: $days) {
      metric
      asOf
      confidence
      model {
        ...ModelStamp
      }
      unavailable {
        ...UnavailableText
      }
      points {
        date
        expected
        low
        high
        reasons {
          ...ReasonText
        }
      }
    }
  }
`);
