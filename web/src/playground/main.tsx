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
import { askGraph, followGraph } from './fetcher.ts';
import { IdsContext, loadIds } from './ids.ts';
import styles from './Playground.module.css';

const [initial, ids] = await Promise.all([loadLocale(preferredLocale()), loadIds()]);

const catalogue = {
  title: initial.t.playground.examples,
  icon: () => <BookMarked aria-hidden strokeWidth={1.6} />,
  content: ExamplesPane,
};

const firstTabs = examples.slice(0, 3).map(({ query, needs }) => ({
  query,
  variables: needs ? variablesOf(needs, ids) : '',
}));

type Fetcher = ComponentProps<typeof GraphiQL>['fetcher'];

/** Subscriptions are followed, all else is asked. */
const fetcher: Fetcher = (question, options) => {
  const operations = (options?.documentAST?.definitions ?? []).filter((node) => node.kind === 'OperationDefinition');
  const { operationName } = question;
  const operation = operations.find(({ name }) => !operationName || name?.value === operationName);
  const ask = operation?.operation === 'subscription' ? followGraph : askGraph;
  return ask(question, options?.headers) as ReturnType<Fetcher>;
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
        initialVariables={localStorage.getItem('graphiql:tabState') === null ? firstTabs[0]?.variables : undefined}
      >
        <GraphiQL.Logo>
          <a className={styles.back} href="/">
            ← {initial.t.playground.back}
          </a>
        </GraphiQL.Logo>
      </GraphiQL>
    </IdsContext>
  </LocaleProvider>,
);
