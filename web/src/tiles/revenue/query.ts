import { graphql } from '../../generated/gql.ts';

/** Unusual days of the period, to be marked in the chart. */
export const AnomalyMarksQuery = graphql(`
  query AnomalyMarks($where: AnomalyWhere!) {
    anomalies(first: 100, where: $where) {
      edges {
        node {
          id
          date
          metric
          low
          high
          direction
        }
      }
    }
  }
`);
