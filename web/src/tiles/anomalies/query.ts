import { graphql } from '../../generated/gql.ts';

/** The newest unusual days, of every figure that is watched. */
export const AnomaliesQuery = graphql(`
  query Anomalies($first: Int!) {
    anomalies(first: $first) {
      edges {
        node {
          id
          date
          metric
          severity
          direction
          value
          expected
          low
          high
          score
          asOf
          reasons {
            ...ReasonText
          }
          model {
            ...ModelStamp
          }
        }
      }
    }
  }
`);
