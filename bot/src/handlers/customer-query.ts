import { graphql } from '../generated/index.ts';

/** One customer with everything that the bot says of them; asks all four subgraphs. Personal fields only where allowed. */
export const customerQuery = graphql(`
  query BotCustomer($id: ID, $externalId: String, $locale: Locale!, $personal: Boolean!, $contact: Boolean!) {
    shop {
      ...BotShop
    }
    customer(id: $id, externalId: $externalId) {
      id
      externalId
      anonymous
      name @include(if: $personal)
      email @include(if: $contact)
      country
      city
      orderCount
      revenue {
        amountMinor
        currency
      }
      rfm {
        recencyDays
      }
      segment {
        name(locale: $locale)
        reasons {
          text(locale: $locale)
        }
      }
      churn {
        probability
        low
        high
        band
        horizonDays
        asOf
        reasons {
          text(locale: $locale)
          weight
        }
        unavailable {
          text(locale: $locale)
        }
        model {
          version
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
        unavailable {
          text(locale: $locale)
        }
      }
      timeline(first: 2, kinds: [ORDER, REFUND, VISIT, MESSAGE, MERGE, SEGMENT, CHURN_BAND]) {
        edges {
          node {
            at
            text(locale: $locale)
          }
        }
      }
      recommendations(first: 5) {
        pipeline
        unavailable {
          text(locale: $locale)
        }
        edges {
          node {
            rank
            product {
              name(locale: $locale)
              price {
                amountMinor
                currency
              }
            }
            reasons {
              text(locale: $locale)
            }
          }
        }
      }
    }
  }
`);
