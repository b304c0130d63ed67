import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './playground.css';
import { GraphiQL } from 'graphiql';
import { BookMarked } from 'lucide-react';
import { createRoot } from 'react-dom/client';
import { LocaleProvider, loadLocale, preferredLocale } from '../i18n/locale.tsx';
import { ExamplesPane, variablesOf } from './ExamplesPane.tsx';
import { examples } from './examples.ts';
import { askGraph } from './fetcher.ts';
import { IdsContext, loadIds } from './ids.ts';
import styles from './Playground.module.css';

const [initial, ids] = await Promise.all([loadLocale(preferredLocale()), loadIds()]);

const catalogue = {
  title: initial.t.playground.examples,
  icon: () => <BookMarked aria-hidden strokeWidth={1.6} />,
  content: ExamplesPane,
};

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <LocaleProvider initial={initial} onChange={() => window.location.reload()}>
    <IdsContext value={ids}>
      <GraphiQL
        fetcher={(question, options) => askGraph(question, options?.headers) as never}
        plugins={[catalogue]}
        visiblePlugin={catalogue}
        defaultEditorToolsVisibility="variables"
        forcedTheme={document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'}
        defaultTabs={examples.slice(0, 3).map(({ query, needs }) => ({
          query,
          variables: needs ? variablesOf(needs, ids) : '',
        }))}
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
