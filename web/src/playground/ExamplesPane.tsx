import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useContext } from 'react';
import { useLocale } from '../i18n/locale.tsx';
import { type Example, examples, readers } from './examples.ts';
import { IdsContext } from './ids.ts';
import styles from './Playground.module.css';

/** The catalogue of queries; a click puts one, with ids of this shop, into the editor. */
export function ExamplesPane() {
  const { locale, t } = useLocale();
  const ids = useContext(IdsContext);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { addTab } = useGraphiQLActions();

  function show({ query, needs }: Example) {
    if (queryEditor?.getValue().trim()) addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(needs ? variablesOf(needs, ids) : '');
  }

  return (
    <section>
      <h2 className="graphiql-doc-explorer-title">{t.playground.examples}</h2>
      <p className={styles.about}>{t.playground.about}</p>
      {readers.map((reader) => (
        <section key={reader} aria-labelledby={`examples-${reader}`}>
          <h3 id={`examples-${reader}`} className={styles.reader}>
            {t.playground.readers[reader]}
          </h3>
          <div className={styles.list}>
            {examples
              .filter((example) => example.reader === reader)
              .map((example) => (
                <button key={example.name} type="button" className={styles.example} onClick={() => show(example)}>
                  {example.title[locale]}
                  <span className={styles.name}>{example.name}</span>
                </button>
              ))}
          </div>
        </section>
      ))}
    </section>
  );
}

/** The variables of an example as the editor shows them. */
export function variablesOf(needs: NonNullable<Example['needs']>, ids: Record<string, string>): string {
  return JSON.stringify(Object.fromEntries(needs.map((name) => [name, ids[name] ?? ''])), null, 2);
}
