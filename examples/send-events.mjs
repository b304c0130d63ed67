// Sends a product view and an order; sending them again does no harm, because each has an id of its own.
const { GRAPH_URL, TOKEN } = process.env;

const query = /* GraphQL */ `
  mutation Send($input: [EventInput!]!) {
    trackEvents(input: $input) {
      ... on TrackEventsPayload {
        accepted
        duplicates
        rejected
        verdicts { messageId verdict code path message }
      }
      ... on InvalidInput { code message }
    }
  }
`;

const product = { product_id: 'example-mug', name: 'Example mug', price: 12.5, currency: 'EUR' };
const input = [
  { event: 'Product Viewed', messageId: 'example-1', userId: 'example-customer', properties: product },
  {
    event: 'Order Completed',
    messageId: 'example-2',
    userId: 'example-customer',
    properties: { order_id: 'example-order', currency: 'EUR', products: [{ ...product, quantity: 2 }] },
  },
];

const response = await fetch(GRAPH_URL, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
  body: JSON.stringify({ query, variables: { input } }),
});
const { data, errors } = await response.json();
if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
console.log(JSON.stringify(data.trackEvents));
