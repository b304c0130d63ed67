import { Button } from '../components/Button.tsx';
import { useMessages } from '../i18n/locale.tsx';
import styles from './SignIn.module.css';

/** A page failed while it was drawn, or could not be loaded (a newer release took its files). */
export function Crash() {
  const t = useMessages();
  return (
    <main className={styles.page}>
      <div className={styles.card} role="alert">
        <h1>{t.crash.title}</h1>
        <p className={styles.hint}>{t.crash.body}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {t.crash.reload}
        </Button>
      </div>
    </main>
  );
}
