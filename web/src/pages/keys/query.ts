import { graphql } from '../../generated/gql.ts';

/** Every key, without its secret. */
export const KeysQuery = graphql(`
  query Keys {
    apiKeys {
      ...KeyRow
    }
  }

  fragment KeyRow on ApiKey {
    id
    name
    kind
    prefix
    scopes
    createdAt
    revokedAt
  }
`);

/** Makes a key; its secret is in this answer and nowhere else. */
export const CreateKeyMutation = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreatedApiKey {
        secret
        key {
          ...KeyRow
        }
      }
      ... on InvalidInput {
        message
      }
    }
  }
`);

/** Takes a key away. */
export const RevokeKeyMutation = graphql(`
  mutation RevokeKey($id: ID!) {
    revokeApiKey(id: $id) {
      __typename
      ... on RevokedApiKey {
        key {
          ...KeyRow
        }
      }
      ... on NotFound {
        message
      }
    }
  }
`);
