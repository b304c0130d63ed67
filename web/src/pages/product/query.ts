import { graphql } from '../../generated/gql.ts';

/** One product: sales by week, prices, elasticity, and what goes with it. */
export const ProductQuery = graphql(`
  query Product($id: ID!, $costs: Boolean!) {
    product(id: $id) {
      id
      externalId
      name
      brand
      stock
      unitsSold
      firstSeenAt
      category {
        id
        path
      }
      price {
        amountMinor
        currency
      }
      unitCost @include(if: $costs) {
        amountMinor
        currency
      }
      margin @include(if: $costs)
      revenue {
        amountMinor
        currency
      }
      elasticity {
        ...ElasticityAnswer
      }
      bestPrice {
        ...Best
      }
      weeklySales(weeks: 52) {
        week
        units
        revenue {
          amountMinor
          currency
        }
      }
      priceHistory(first: 10) {
        at
        price {
          amountMinor
          currency
        }
      }
      similar(first: 5) {
        ...RelatedProducts
      }
      boughtTogether(first: 5) {
        ...RelatedProducts
      }
    }
  }

  fragment Best on BestPrice {
    price {
      amountMinor
      currency
    }
    gainPerWeek {
      amountMinor
      currency
    }
    gainLow {
      amountMinor
      currency
    }
    gainHigh {
      amountMinor
      currency
    }
    certain
    position
    asOf
    unavailable {
      ...UnavailableText
    }
    model {
      ...ModelStamp
    }
  }

  fragment RelatedProducts on RecommendationConnection {
    recommendationId
    pipeline
    asOf
    model {
      ...ModelStamp
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
          price {
            amountMinor
            currency
          }
        }
      }
    }
  }
`);

/** What a week would bring at a price that is asked about. */
export const DemandQuery = graphql(`
  query Demand($id: ID!, $priceMinor: SafeInt!, $presentMinor: SafeInt!, $unitCostMinor: SafeInt, $costs: Boolean!) {
    product(id: $id) {
      id
      demandAt(priceMinor: $priceMinor) {
        ...Demanded
      }
      mostProfitable: bestPrice(unitCostMinor: $unitCostMinor) @include(if: $costs) {
        ...Best
      }
      present: demandAt(priceMinor: $presentMinor) {
        ...Demanded
      }
    }
  }

  fragment Demanded on DemandForecast {
    unitsPerWeek
    low
    high
    confidence
    asOf
    revenuePerWeek {
      amountMinor
      currency
    }
    unavailable {
      ...UnavailableText
    }
    model {
      ...ModelStamp
    }
  }
`);
