import { useApolloClient } from '@apollo/client/react';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Button } from '../components/Button.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { loadSignInProvider, providerAddress, type SignInProvider, signIn } from '../graph/session.ts';
import type { Messages } from '../i18n/en.ts';
import { type Locale, locales, useLocale } from '../i18n/locale.tsx';
import styles from './SignIn.module.css';

/** Why the gateway (`refused`), or the page before (`next`), sent the reader here. */
function arrivedWith(search: URLSearchParams, t: Messages): string | null {
  const refused = search.get('refused');
  const fault = refused?.startsWith('oidc-') ? refused.slice('oidc-'.length) : undefined;
  if (fault !== undefined) {
    const faults: Readonly<Record<string, string>> = t.signIn.providerFaults;
    return Object.hasOwn(faults, fault) ? (faults[fault] ?? null) : t.signIn.failed;
  }
  if (refused !== null) return t.signIn.linkUsed;
  return search.has('next') ? t.signIn.expired : null;
}

/** A page of this dashboard only: a link from elsewhere can't send anyone away after the sign-in. */
function safeTarget(next: string | null): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/';
}

/** Sign-in by e-mail and password, and by the identity provider where there is one. The one-time link of the start command is the gateway's. */
export function Component() {
  const { t, locale, setLocale } = useLocale();
  const client = useApolloClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(() => arrivedWith(search, t));
  const [provider, setProvider] = useState<SignInProvider | null>(null);
  useEffect(() => {
    let shown = true;
    void loadSignInProvider().then((found) => shown && setProvider(found));
    return () => {
      shown = false;
    };
  }, []);
  useEffect(() => {
    document.title = `${t.signIn.title} · ${t.product}`;
  }, [t]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    const outcome = await signIn(String(form.get('email')), String(form.get('password')));
    setBusy(false);
    switch (outcome.kind) {
      case 'signed-in':
        await client.clearStore();
        return navigate(safeTarget(search.get('next')), { replace: true });
      case 'refused':
        return setError(t.signIn.refused);
      case 'too-many':
        return setError(t.signIn.tooMany(outcome.retryAfterSeconds));
      case 'unreachable':
        return setError(t.signIn.unreachable);
      case 'failed':
        return setError(t.signIn.failed);
    }
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <p className={styles.brand}>
          <img src="/favicon.svg" alt="" />
          {t.product}
        </p>
        <h1>{t.signIn.title}</h1>
        {error ? (
          <p className={styles.error} role="alert">
            {error}
          </p>
        ) : null}
        <label className={styles.field}>
          {t.signIn.email}
          <input type="email" name="email" autoComplete="username" required />
        </label>
        <label className={styles.field}>
          {t.signIn.password}
          <input type="password" name="password" autoComplete="current-password" required />
        </label>
        <Button type="submit" look="primary" className={styles.submit} disabled={busy}>
          {busy ? t.signIn.busy : t.signIn.submit}
        </Button>
        {provider ? (
          <>
            <p className={styles.or}>{t.signIn.or}</p>
            <a className={styles.provider} href={providerAddress(safeTarget(search.get('next')))}>
              {t.signIn.byProvider(provider.name)}
            </a>
          </>
        ) : null}
        <p className={styles.hint}>{t.signIn.hint}</p>
        <div className={styles.language}>
          <Segmented
            label={t.settings.language}
            value={locale}
            options={Object.entries(locales).map(([value, { name }]) => ({ value: value as Locale, label: name }))}
            onChange={(next) => void setLocale(next)}
          />
        </div>
      </form>
    </main>
  );
}
