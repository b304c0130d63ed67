// Every customer with their segment, page by page, by fetch alone. Prints one JSON object a line.
const { GRAPH_URL, TOKEN } = process.env;

const query = /* GraphQL */ `
  query Customers($after: String) {
    customers(first: 100, after: $after, orderBy: { field: REVENUE }) {
      edges {
        node {
          externalId
          orderCount
          revenue { amountMinor currency }
          segment { name }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

async function ask(variables) {
  const response = await fetch(GRAPH_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));
  return data;
}

let after = null;
do {
  const { customers } = await ask({ after });
  for (const { node } of customers.edges) console.log(JSON.stringify(node));
  after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
} while (after);
