import '@fontsource-variable/inter/wght.css';
import './theme/base.css';
import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { createGraph } from './graph/client.ts';
import { type Locale, LocaleProvider, loadLocale, preferredLocale } from './i18n/locale.tsx';
import { router } from './router.tsx';
import { ShellQuery } from './shell/query.ts';

let locale: Locale = preferredLocale();

const { client, localeChanged } = createGraph({
  locale: () => locale,
  onSignedOut() {
    const { pathname, search } = window.location;
    if (pathname === '/sign-in') return;
    const next = pathname === '/' && search === '' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    void router.navigate(`/sign-in${next}`, { replace: true });
  },
});

/** Texts that the graph makes (reasons, names) come in the new language, too. */
function onLocaleChange(next: Locale): void {
  locale = next;
  void client.reFetchObservableQueries().catch(() => undefined);
  localeChanged();
}

// The first question goes out while the page's code and texts are still on their way.
if (window.location.pathname !== '/sign-in') void client.query({ query: ShellQuery }).catch(() => undefined);

const initial = await loadLocale(locale);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <LocaleProvider initial={initial} onChange={onLocaleChange}>
      <ApolloProvider client={client}>
        {/* A change of the address is drawn at once: inside a transition, an answer that fails while the page is drawn
            makes Apollo's hooks ask for the old variables and the new ones in turn. */}
        <RouterProvider router={router} useTransitions={false} />
      </ApolloProvider>
    </LocaleProvider>
  </StrictMode>,
);
