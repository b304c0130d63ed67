import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { Check, Link2 } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '../i18n/locale.tsx';
import styles from './Playground.module.css';
import { toShareHash } from './share.ts';

/** Puts a link to what stands in the editor into the address bar, and into the clipboard where the browser lets it. */
export function ShareButton() {
  const { t } = useLocale();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [said, setSaid] = useState<string>();

  async function share() {
    const hash = toShareHash({ query: queryEditor?.getValue() ?? '', variables: variableEditor?.getValue() ?? '' });
    if (hash === undefined) return setSaid(t.playground.tooLong);
    window.history.replaceState(null, '', hash);
    const copied = await navigator.clipboard?.writeText(window.location.href).then(
      () => true,
      () => false,
    );
    setSaid(copied ? t.playground.shared : t.playground.inAddress);
  }

  return (
    <>
      <ToolbarButton label={said ?? t.playground.share} onClick={() => void share()}>
        {said === undefined || said === t.playground.tooLong ? (
          <Link2 aria-hidden className="graphiql-toolbar-icon" />
        ) : (
          <Check aria-hidden className="graphiql-toolbar-icon" />
        )}
      </ToolbarButton>
      <span className={styles.said} role="status">
        {said}
      </span>
    </>
  );
}
