// Segments with their sizes, by graphql-request; what goes wrong is told by the code of the error.
import { ClientError, GraphQLClient, gql } from 'graphql-request';

const client = new GraphQLClient(process.env.GRAPH_URL, {
  headers: { authorization: `Bearer ${process.env.TOKEN}` },
});

try {
  const { segments } = await client.request(
    gql`
    query Segments($locale: Locale!) {
      segments { name(locale: $locale) size share }
    }
  `,
    { locale: 'EN' },
  );
  for (const { name, size, share } of segments) console.log(`${name}\t${size}\t${(100 * share).toFixed(1)} %`);
} catch (error) {
  if (!(error instanceof ClientError)) throw error;
  for (const { message, extensions } of error.response.errors ?? []) {
    console.error(`${extensions.code}: ${message} (request ${extensions.requestId})`);
  }
  process.exit(1);
}
