import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { type Locale, locales } from '../i18n/locale.tsx';
import { createCache } from './cache.ts';
import { toFault } from './fault.ts';
import { createLiveLink } from './live-link.ts';

declare module '@apollo/client' {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface WatchQuery {
        errorPolicy: 'all';
      }
      interface Query {
        errorPolicy: 'all';
      }
      interface Mutate {
        errorPolicy: 'all';
      }
    }
  }
}

interface GraphOptions {
  /** Language that the next request asks texts in. */
  locale(): Locale;
  /** The session has ended, or there never was one. */
  onSignedOut(): void;
}

/** The graph as the pages ask it. */
interface Graph {
  client: ApolloClient;
  /** Texts of live results come in the reader's language from now on. */
  localeChanged(): void;
}

/** The dashboard's line to the graph: same origin, the session's cookie, the language in a header. */
export function createGraph({ locale, onSignedOut }: GraphOptions): Graph {
  const headers = new ApolloLink((operation, forward) => {
    operation.setContext({
      headers: { 'apollo-require-preflight': '1', 'x-cda-locale': locales[locale()].graph },
    });
    return forward(operation);
  });
  const signedOut = new ErrorLink(({ error }) => {
    if (toFault(error).kind === 'signed-out') onSignedOut();
  });
  const live = createLiveLink({ locale: () => locales[locale()].graph });
  const http = ApolloLink.from([signedOut, headers, new HttpLink({ uri: '/graphql', credentials: 'same-origin' })]);
  const client = new ApolloClient({
    link: ApolloLink.split(({ operationType }) => operationType === 'subscription', live.link, http),
    cache: createCache(),
    defaultOptions: {
      watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first', errorPolicy: 'all' },
      query: { errorPolicy: 'all' },
      mutate: { errorPolicy: 'all' },
    },
  });
  return { client, localeChanged: live.restart };
}
