import { graphql } from '../../generated/gql.ts';

/** How every part of the system does. */
export const SystemStatusQuery = graphql(`
  query SystemStatus {
    health {
      status
      checkedAt
      text
      parts {
        name
        kind
        status
        since
        ageSeconds
        text
      }
    }
  }
`);
