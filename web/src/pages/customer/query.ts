import { graphql } from '../../generated/gql.ts';

/** One customer, answered by all subgraphs at once: profile, segment, churn, worth, and what to show next with its price and elasticity. */
export const CustomerQuery = graphql(`
  query Customer($id: ID!, $placement: Placement!, $personal: Boolean!) {
    customer(id: $id) {
      id
      externalId
      anonymous
      name @include(if: $personal)
      email @include(if: $personal)
      phone @include(if: $personal)
      city
      country
      firstSeenAt
      lastSeenAt
      lastOrderAt
      orderCount
      revenue {
        amountMinor
        currency
      }
      rfm {
        recencyDays
        recencyScore
        frequency
        frequencyScore
        monetary {
          amountMinor
          currency
        }
        monetaryScore
        averageOrderValue {
          amountMinor
          currency
        }
      }
      segment {
        name
        asOf
        segment {
          id
          description
        }
        reasons {
          ...ReasonText
        }
        model {
          ...ModelStamp
        }
      }
      churn {
        ...ChurnAnswer
        whatIf {
          code
          text
          change
        }
      }
      lifetimeValue {
        value {
          amountMinor
          currency
        }
        low {
          amountMinor
          currency
        }
        high {
          amountMinor
          currency
        }
        expectedOrders
        probabilityAlive
        probabilityOfOrder(withinDays: 90) {
          withinDays
          probability
          low
          high
          checked {
            days
            said
            seen
            customers
          }
        }
        nextOrderAt
        nextOrderFrom
        nextOrderUntil
        asOf
        reasons {
          ...ReasonText
        }
        unavailable {
          ...UnavailableText
        }
        model {
          ...ModelStamp
        }
      }
      recommendations(first: 8, placement: $placement) {
        recommendationId
        pipeline
        asOf
        model {
          ...ModelStamp
        }
        unavailable {
          ...UnavailableText
        }
        edges {
          node {
            rank
            score
            reasons {
              ...ReasonText
            }
            product {
              id
              name
              externalId
              price {
                amountMinor
                currency
              }
              elasticity {
                ...ElasticityAnswer
              }
            }
          }
        }
      }
    }
  }
`);
