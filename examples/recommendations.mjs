// What to show next to the customers who bought most, by urql. The first question is answered by the network, the second by urql's cache.
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';

const client = new Client({
  url: process.env.GRAPH_URL,
  exchanges: [cacheExchange, fetchExchange],
  // Read anew for each question, so that a token that was renewed is used at once.
  fetchOptions: () => ({ headers: { authorization: `Bearer ${process.env.TOKEN}` } }),
  preferGetMethod: false,
});

const Recommendations = gql`
  query Recommendations($first: Int!) {
    customers(first: $first, orderBy: { field: REVENUE }) {
      edges { node {
        externalId
        recommendations(first: 3) { edges { node { product { name } reasons { text } } } }
      } }
    }
  }
`;

const ask = async () => {
  const { data, error } = await client.query(Recommendations, { first: 5 }).toPromise();
  if (error) throw error;
  return data.customers.edges.map(({ node }) => node);
};

await ask();
for (const { externalId, recommendations } of await ask()) {
  for (const { node } of recommendations?.edges ?? []) {
    console.log(`${externalId}\t${node.product.name}\t${node.reasons[0]?.text ?? ''}`);
  }
}
