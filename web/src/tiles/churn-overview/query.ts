import { graphql } from '../../generated/gql.ts';

/** Churn over all customers: how many, how much revenue, and what leavers have in common. */
export const ChurnOverviewQuery = graphql(`
  query ChurnOverview {
    churnOverview {
      asOf
      customers
      horizonDays
      expectedChurners
      revenueAtRisk {
        amountMinor
        currency
      }
      bands {
        band
        customers
        revenueAtRisk {
          amountMinor
          currency
        }
      }
      rules {
        text
        customers
        left
      }
      unavailable {
        ...UnavailableText
      }
      model {
        ...ModelStamp
      }
    }
  }
`);
