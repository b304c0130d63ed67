import { graphql } from '../../generated/gql.ts';

/** A page of customers with what the models say of them. */
export const CustomersQuery = graphql(`
  query Customers($where: CustomerWhere, $orderBy: CustomerOrder, $first: Int!, $after: String, $personal: Boolean!) {
    customers(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          externalId
          anonymous
          name @include(if: $personal)
          country
          orderCount
          lastOrderAt
          revenue {
            amountMinor
            currency
          }
          segment {
            name
            segment {
              id
            }
          }
          churn {
            ...ChurnAnswer
          }
        }
      }
    }
  }
`);

/** Segments to choose from. */
export const SegmentNamesQuery = graphql(`
  query SegmentNames {
    segments {
      id
      name
    }
  }
`);
