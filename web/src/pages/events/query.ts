import { graphql } from '../../generated/gql.ts';

/** Events as they are stored, newest first. */
export const EventsQuery = graphql(`
  query Events($where: EventWhere, $first: Int!, $after: String) {
    events(where: $where, first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          ...EventRow
        }
      }
    }
  }

  fragment EventRow on Event {
    seq
    name
    type
    source
    messageId
    customerId
    userId
    anonymousId
    occurredAt
    receivedAt
    properties
  }
`);

/** Events after one that is known, as they are counted in. */
export const EventTail = graphql(`
  subscription EventTail($where: EventWhere, $after: SafeInt) {
    eventsReceived(where: $where, after: $after) {
      ...EventRow
    }
  }
`);

/** What came in altogether, and what it did. */
export const EventTotalsQuery = graphql(`
  query EventTotals {
    eventTotals {
      events
      orders
      revenue {
        amountMinor
        currency
      }
    }
  }
`);

/** What was refused, and why. */
export const QuarantineQuery = graphql(`
  query Quarantine($first: Int!, $after: String) {
    quarantine(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          code
          message
          path
          position
          source
          receivedAt
          raw
        }
      }
    }
  }
`);
