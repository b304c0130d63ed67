import { graphql } from '../../generated/gql.ts';

/** The segments with what their customers are like. */
export const SegmentsQuery = graphql(`
  query Segments {
    segments {
      id
      key
      name
      description
      size
      share
      asOf
      profile {
        recencyDays
        frequency
        monetary {
          amountMinor
          currency
        }
        revenue {
          amountMinor
          currency
        }
        churnProbability
      }
      model {
        ...ModelStamp
      }
    }
  }
`);
