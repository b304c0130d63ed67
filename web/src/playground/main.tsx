import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './playground.css';
import { GraphiQL } from 'graphiql';
import { BookMarked } from 'lucide-react';
import type { ComponentProps } from 'react';
import { createRoot } from 'react-dom/client';
import { LocaleProvider, loadLocale, preferredLocale } from '../i18n/locale.tsx';
import { ExamplesPane, variablesOf } from './ExamplesPane.tsx';
import { examples } from './examples.ts';
import { askGraph, followGraph, operationOf } from './fetcher.ts';
import { IdsContext, loadIds } from './ids.ts';
import styles from './Playground.module.css';
import { ShareButton } from './ShareButton.tsx';
import { fromShareHash } from './share.ts';

const [initial, ids] = await Promise.all([loadLocale(preferredLocale()), loadIds()]);

const catalogue = {
  title: initial.t.playground.examples,
  icon: () => <BookMarked aria-hidden strokeWidth={1.6} />,
  content: ExamplesPane,
};

/** What a link brought along; it stands in a tab of its own, and is not run. */
const shared = fromShareHash(window.location.hash);

const exampleTabs = examples.slice(0, 3).map(({ query, needs }) => ({
  query,
  variables: needs ? variablesOf(needs, ids) : '',
}));

const firstTabs = shared ? [shared, ...exampleTabs] : exampleTabs;

type Fetcher = ComponentProps<typeof GraphiQL>['fetcher'];

/** Subscriptions are followed, all else is asked. */
const fetcher: Fetcher = (question, options) => {
  const { name, follows } = operationOf(question);
  const ask = follows ? followGraph : askGraph;
  return ask({ ...question, operationName: name }, options?.headers) as ReturnType<Fetcher>;
};

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <LocaleProvider initial={initial} onChange={() => window.location.reload()}>
    <IdsContext value={ids}>
      <GraphiQL
        fetcher={fetcher}
        plugins={[catalogue]}
        // On a narrow screen the examples would leave the editor no room; their button opens them.
        {...(window.matchMedia('(min-width: 800px)').matches ? { visiblePlugin: catalogue } : {})}
        defaultEditorToolsVisibility="variables"
        forcedTheme={document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'}
        defaultTabs={firstTabs}
        // The first tab's variables come by this way only, and only where no tabs are kept from an earlier visit.
        {...(shared ? { initialQuery: shared.query } : {})}
        initialVariables={
          shared
            ? shared.variables
            : localStorage.getItem('graphiql:tabState') === null
              ? firstTabs[0]?.variables
              : undefined
        }
      >
        <GraphiQL.Logo>
          <a className={styles.back} href="/">
            ← {initial.t.playground.back}
          </a>
        </GraphiQL.Logo>
        <GraphiQL.Toolbar>
          {({ prettify, merge, copy }) => (
            <>
              {prettify}
              {merge}
              {copy}
              <ShareButton />
            </>
          )}
        </GraphiQL.Toolbar>
      </GraphiQL>
    </IdsContext>
  </LocaleProvider>,
);
