import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Link, matchPath, useLocation } from 'react-router';
import menu from '../components/Menu.module.css';
import { useMessages } from '../i18n/locale.tsx';
import type { PageLink } from './pages.ts';
import styles from './Shell.module.css';

/** The pages that a narrow screen's bar has no room for, behind its last button. */
export function MorePages({ pages }: { pages: readonly PageLink[] }) {
  const t = useMessages();
  const { pathname } = useLocation();
  const current = pages.find(({ path }) => matchPath({ path, end: false }, pathname));
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={`${styles.link} ${styles.more}`} data-current={current ? '' : undefined}>
        <Ellipsis aria-hidden />
        {t.nav.more}
        {current ? <span className="visually-hidden">: {t.nav[current.label]}</span> : null}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.content} side="top" align="end" sideOffset={8} collisionPadding={10}>
          {pages.map(({ path, label, Icon }) => (
            <DropdownMenu.Item key={path} className={`${menu.item} ${menu.roomy}`} asChild>
              <Link to={path} aria-current={path === current?.path ? 'page' : undefined}>
                <Icon aria-hidden />
                {t.nav[label]}
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
