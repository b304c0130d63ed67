import { graphql } from '../../generated/gql.ts';

/** A page of products with what a change of price does to their sales. */
export const ProductsQuery = graphql(`
  query Products($where: ProductWhere, $orderBy: ProductOrder, $first: Int!, $after: String) {
    products(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          externalId
          name
          category {
            id
            name
            path
          }
          price {
            amountMinor
            currency
          }
          unitsSold
          revenue {
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
`);

/** Categories to choose from. */
export const CategoriesQuery = graphql(`
  query Categories {
    categories {
      id
      path
    }
  }
`);
