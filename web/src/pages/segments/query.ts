import { graphql } from '../../generated/gql.ts';

/** The segments, and how many of their customers are expected to leave with how much revenue. */
export const SegmentsPageQuery = graphql(`
  query SegmentsPage {
    segments {
      id
      key
      name
      description
      size
      share
      asOf
      model {
        ...ModelStamp
      }
    }
    churnOverview {
      segments {
        segment {
          id
        }
        expectedChurners
        revenueAtRisk {
          amountMinor
          currency
        }
      }
    }
  }
`);

/** Who moved from which segment to which. */
export const SegmentFlowQuery = graphql(`
  query SegmentFlow {
    segmentFlow {
      from {
        ...ModelStamp
      }
      to {
        ...ModelStamp
      }
      moves {
        from
        to
        stayed
        customers
      }
    }
  }
`);

/** The customers divided by each algorithm. */
export const SegmentationsQuery = graphql(`
  query Segmentations {
    kmeans: segmentation(algorithm: KMEANS) {
      ...Division
    }
    dbscan: segmentation(algorithm: DBSCAN) {
      ...Division
    }
    rules: segmentation(algorithm: RULES) {
      ...Division
    }
  }
`);
