import { graphql } from '../../generated/gql.ts';

/** Every rule, first by priority. */
export const RulesQuery = graphql(`
  query Rules {
    merchandisingRules {
      ...Rule
    }
  }

  fragment Rule on MerchandisingRule {
    id
    name
    placements
    action
    slot
    factor
    count
    of
    perCategory
    priority
    enabled
    startsAt
    endsAt
    match {
      category
      brand
      priceFromMinor
      priceToMinor
      marginFrom
      marginTo
      stockFrom
      products {
        id
        name
      }
    }
  }
`);

/** Keeps a rule. */
export const SaveRuleMutation = graphql(`
  mutation SaveRule($id: ID, $rule: MerchandisingRuleInput!) {
    saveMerchandisingRule(id: $id, rule: $rule) {
      __typename
      ... on MerchandisingRuleSaved {
        rule {
          ...Rule
        }
      }
      ... on InvalidInput {
        message
      }
      ... on NotFound {
        message
      }
    }
  }
`);

/** Deletes a rule. */
export const DeleteRuleMutation = graphql(`
  mutation DeleteRule($id: ID!) {
    deleteMerchandisingRule(id: $id) {
      __typename
      ... on NotFound {
        message
      }
    }
  }
`);

/** What a rule that is not saved yet would do to somebody's list. */
export const PreviewRuleQuery = graphql(`
  query PreviewRule($customer: ID!, $placement: Placement!, $rule: MerchandisingRuleInput!, $id: ID) {
    previewMerchandisingRule(customer: $customer, placement: $placement, rule: $rule, id: $id, first: 8) {
      __typename
      ... on MerchandisingPreview {
        before {
          ...PreviewList
        }
        after {
          ...PreviewList
          rules {
            ruleName
            effect
            product {
              id
            }
          }
        }
      }
      ... on InvalidInput {
        message
      }
      ... on NotFound {
        message
      }
    }
  }

  fragment PreviewList on RecommendationConnection {
    edges {
      node {
        rank
        product {
          id
          name
        }
      }
    }
  }
`);

/** Customers to try a rule on: those whose id begins so, the best of them first. */
export const PreviewCustomersQuery = graphql(`
  query PreviewCustomers($where: CustomerWhere) {
    customers(first: 1, where: $where, orderBy: { field: REVENUE }) {
      edges {
        node {
          id
          externalId
        }
      }
    }
  }
`);

/** Products whose name holds a text. */
export const FindProductsQuery = graphql(`
  query FindProducts($text: String!) {
    products(first: 8, where: { nameContains: $text }, orderBy: { field: REVENUE }) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`);
