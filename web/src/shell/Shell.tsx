import { useApolloClient, useQuery } from '@apollo/client/react';
import { Moon, SquareTerminal, Sun } from 'lucide-react';
import { useState } from 'react';
import { NavLink, Outlet, ScrollRestoration, useNavigate } from 'react-router';
import { Button } from '../components/Button.tsx';
import { FaultNote } from '../components/FaultNote.tsx';
import { Loading } from '../components/Panel.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { toFault } from '../graph/fault.ts';
import { signOut } from '../graph/session.ts';
import { type Locale, locales, useLocale } from '../i18n/locale.tsx';
import { toggleTheme } from '../theme/theme.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { MorePages } from './MorePages.tsx';
import { pageLinks } from './pages.ts';
import { ShellQuery } from './query.ts';
import styles from './Shell.module.css';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { ShopProvider } from './shop-context.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TelegramDialog } from './TelegramDialog.tsx';

const localeOptions = Object.entries(locales).map(([value, { name }]) => ({
  value: value as Locale,
  label: name,
  shown: value.toUpperCase(),
}));

/** So many pages stand in a narrow screen's bar themselves, beside the button for all others. */
const roomInBar = 4;

/** What stands around every page: navigation, language, theme, account; and the shop that the pages write numbers for. */
export function Component() {
  const { t, locale, setLocale } = useLocale();
  const client = useApolloClient();
  const navigate = useNavigate();
  const [helpOpen, setHelpOpen] = useState(false);
  const [telegramOpen, setTelegramOpen] = useState(false);
  const { data, error, refetch } = useQuery(ShellQuery, {
    pollInterval: 60_000,
    skipPollAttempt: () => document.hidden,
  });
  useShortcuts({
    ...Object.fromEntries(pageLinks.map(({ key, path }) => [key, () => void navigate(path)])),
    n: toggleTheme,
    '?': () => setHelpOpen(true),
  });

  async function leave() {
    await signOut();
    await client.clearStore();
    await navigate('/sign-in');
  }

  if (!data?.shop) {
    const fault = error ? toFault(error) : null;
    return (
      <main className={styles.problem}>
        {fault && fault.kind !== 'signed-out' ? (
          <FaultNote fault={fault} retry={() => void refetch().catch(() => undefined)} />
        ) : (
          <Loading />
        )}
      </main>
    );
  }

  const pages = pageLinks.filter(({ needs }) => !needs || data.viewer?.scopes.includes(needs));
  return (
    <ShopProvider shop={data.shop} viewer={data.viewer ?? null}>
      <div className={styles.shell}>
        <a className={styles.skip} href="#main">
          {t.nav.skip}
        </a>
        <header className={styles.side}>
          <div className={styles.brand}>
            <img src="/favicon.svg" alt="" />
            <span>{data.shop.name}</span>
          </div>
          <nav className={styles.nav} aria-label={t.nav.label}>
            {pages.map(({ path, label, Icon }, place) => (
              <NavLink
                key={path}
                to={path}
                end={path === '/'}
                className={`${styles.link} ${place < roomInBar ? '' : styles.beyond}`}
              >
                <Icon aria-hidden />
                {t.nav[label]}
              </NavLink>
            ))}
            <MorePages pages={pages.slice(roomInBar)} />
            <a href="/graphiql" className={`${styles.link} ${styles.external}`}>
              <SquareTerminal aria-hidden />
              {t.nav.playground}
            </a>
          </nav>
          <div className={styles.foot}>
            <div className={styles.switches}>
              <Segmented
                label={t.settings.language}
                options={localeOptions}
                value={locale}
                onChange={(next) => void setLocale(next)}
              />
              <Button
                look="quiet"
                icon
                aria-label={t.settings.shortcutTheme}
                title={t.settings.shortcutTheme}
                onClick={toggleTheme}
              >
                <Sun aria-hidden className="only-dark" />
                <Moon aria-hidden className="only-light" />
              </Button>
            </div>
            <AccountMenu
              onShortcuts={() => setHelpOpen(true)}
              onTelegram={() => setTelegramOpen(true)}
              onSignOut={() => void leave()}
            />
          </div>
        </header>
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
        <ShortcutsDialog open={helpOpen} onOpenChange={setHelpOpen} />
        <TelegramDialog open={telegramOpen} onOpenChange={setTelegramOpen} />
        <ScrollRestoration />
      </div>
    </ShopProvider>
  );
}
