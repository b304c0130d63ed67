import { graphql } from '../../generated/gql.ts';

/** How every model stands. */
export const ModelsHealthQuery = graphql(`
  query ModelsHealth {
    models {
      name
      title
      status
      unavailable {
        ...UnavailableText
      }
      served {
        ...ModelStamp
      }
    }
  }
`);
