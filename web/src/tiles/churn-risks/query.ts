import { graphql } from '../../generated/gql.ts';

/** Customers of whom most revenue can still be saved. Names are personal: asked for only where the reader's role has them. */
export const ChurnRisksQuery = graphql(`
  query ChurnRisks($first: Int!, $personal: Boolean!) {
    customers(first: $first, orderBy: { field: REVENUE_AT_RISK, direction: DESC }) {
      edges {
        node {
          id
          externalId
          name @include(if: $personal)
          revenue {
            amountMinor
            currency
          }
          segment {
            name
          }
          churn {
            ...ChurnAnswer
          }
        }
      }
    }
  }
`);
