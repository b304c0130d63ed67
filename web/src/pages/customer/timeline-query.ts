import { graphql } from '../../generated/gql.ts';

/** A page of what happened to one customer, newest first. */
export const CustomerTimelineQuery = graphql(`
  query CustomerTimeline($id: ID!, $after: String, $kinds: [TimelineKind!]) {
    customer(id: $id) {
      id
      timeline(first: 15, after: $after, kinds: $kinds) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          cursor
          node {
            id
            kind
            at
            text
          }
        }
      }
    }
  }
`);
