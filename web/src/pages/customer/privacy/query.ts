import { graphql } from '../../../generated/gql.ts';

/** Everything that is kept of a person. */
export const ExportQuery = graphql(`
  query ExportCustomer($id: ID!) {
    exportCustomer(id: $id)
  }
`);

/** Erases a person for good. */
export const EraseMutation = graphql(`
  mutation EraseCustomer($input: EraseCustomersInput!) {
    eraseCustomers(input: $input) {
      __typename
      ... on ErasureReceipt {
        ...Receipt
      }
      ... on InvalidInput {
        message
      }
    }
  }

  fragment Receipt on ErasureReceipt {
    id
    people
    finishedAt
    places {
      place
      rows
    }
  }
`);

/** Looks for what should be gone. */
export const VerifyErasureQuery = graphql(`
  query VerifyErasure($receipt: ID!) {
    verifyErasure(receipt: $receipt) {
      complete
      rebuilding
      found {
        place
        rows
      }
    }
  }
`);
